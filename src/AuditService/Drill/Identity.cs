namespace Sovereignty.AuditService.Drill;

/// <summary>As whom a tampering is tried.</summary>
internal enum Identity
{
    /// <summary>The role that the service appends with.</summary>
    Writer,

    /// <summary>The role that the service reads with.</summary>
    Reader,

    /// <summary>The owner of the tables, which nobody can log in as.</summary>
    Owner,

    /// <summary>Whoever runs the database.</summary>
    Superuser,
}
