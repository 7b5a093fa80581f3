using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;

namespace Sovereignty.Messaging.Sagas;

internal static class SagaRegistration
{
    public static void Register<TMachine, TInstance>(IBusRegistrationConfigurator registration)
        where TMachine : class, SagaStateMachine<TInstance>
        where TInstance : class, SagaStateMachineInstance
    {
        registration.AddSagaStateMachine<TMachine, TInstance>().Repository(repository =>
        {
            repository.RegisterLoadSagaRepository<TInstance, SagaRepositoryContextFactory<TInstance>>();
            repository.RegisterSagaRepository<TInstance, UnitOfWork, SagaConsumeContextFactory<UnitOfWork, TInstance>, SagaRepositoryContextFactory<TInstance>>();
        });
    }
}
