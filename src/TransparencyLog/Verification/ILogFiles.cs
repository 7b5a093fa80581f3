namespace Sovereignty.TransparencyLog.Verification;

/// <summary>A log as it is handed out, C2SP tlog-tiles: files by their path below its prefix.</summary>
public interface ILogFiles
{
    /// <summary>Reads a file. Called from several threads.</summary>
    /// <param name="path">For example <c>checkpoint</c> or <c>tile/0/000</c>.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <returns>The bytes, or null where there is no such file.</returns>
    /// <exception cref="IOException">It cannot be told whether there is one.</exception>
    Task<byte[]?> Read(string path, CancellationToken ct);
}
