using System.Reflection;
using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.DependencyInjection;

namespace Sovereignty.AccessService.Tests.Model;

/// <summary>A consumed message of which the machine sees the content, the scope and nothing else.</summary>
public class Consumed : DispatchProxy
{
    private IServiceScope _scope = null!;

    internal static ConsumeContext<T> Of<T>(T message, IServiceScope scope)
        where T : class
    {
        var context = Create<ConsumeContext, Consumed>();
        ((Consumed)(object)context)._scope = scope;
        return new MessageConsumeContext<T>(context, message);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case "get_CancellationToken":
                return CancellationToken.None;
            case "get_ReceiveContext":
                return Create<ReceiveContext, Absent>();
            case "get_SerializerContext":
                return null;
            case "TryGetPayload":
                args![0] = targetMethod.GetGenericArguments()[0].IsInstanceOfType(_scope) ? _scope : null;
                return args[0] is not null;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }
}

/// <summary>Something that nobody asks for anything.</summary>
public class Absent : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.ReturnType is { IsValueType: true } type && type != typeof(void) ? Activator.CreateInstance(type) : null;
}
