using System.Security.Cryptography;
using System.Text;

namespace Sovereignty.TransparencyLog;

/// <summary>A private Ed25519 key in a file: 32 bytes in base64 and a newline, readable by its owner only.</summary>
public static class PrivateKeyFile
{
    /// <summary>Reads the key; makes one where there is no file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The 32 bytes of the key.</returns>
    public static byte[] Open(string path)
    {
        if (!File.Exists(path))
        {
            DurableFile.Create(path, Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(NoteSigner.PrivateKeyLength)) + "\n"));
        }

        return StrictBase64.Decode(File.ReadAllText(path).TrimEnd('\n')) is { Length: NoteSigner.PrivateKeyLength } key
            ? key
            : throw new InvalidDataException($"The key file {path} does not hold the {NoteSigner.PrivateKeyLength} bytes of an Ed25519 key in base64.");
    }
}
