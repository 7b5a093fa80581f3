namespace Sovereignty.TransparencyLog.Verification;

/// <summary>A log in a folder.</summary>
/// <param name="folder">The folder with the file <c>checkpoint</c>.</param>
public sealed class DirectoryLogFiles(string folder) : ILogFiles
{
    /// <inheritdoc/>
    public async Task<byte[]?> Read(string path, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(folder, path), ct);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
