using System.Globalization;
using System.Net;

namespace Sovereignty.TransparencyLog.Policy;

/// <summary>
/// What a thief of a log's key tries with a witness: another history than the one it holds. For drills; the witness refuses and
/// holds what it held.
/// </summary>
public static class ForkOffer
{
    private const int Attempts = 5;

    /// <summary>
    /// Offers the next checkpoint of another history. It is over one entry more than what the witness holds, so that it is no second
    /// root of a size that has one, which a witness would keep as proof against the log.
    /// </summary>
    /// <param name="client">Reaches the witness.</param>
    /// <param name="witness">The witness; it must hold a checkpoint already.</param>
    /// <param name="stolen">The log's key.</param>
    /// <param name="fork">As large as what the witness holds; where that has grown since, the offer follows. The root of the other history.</param>
    /// <param name="ct">Cancels the offer.</param>
    /// <returns>The witness's status: 422 where it refused the other history, 200 where it cosigned it; null where it did not answer.</returns>
    public static async Task<int?> Submit(HttpClient client, PolicyWitness witness, NoteSigner stolen, Checkpoint fork, CancellationToken ct)
    {
        try
        {
            for (var (attempt, held) = (1, fork.Size); ; attempt++)
            {
                var forged = SignedNote.Sign((fork with { Size = held + 1 }).ToText(), stolen);
                using var content = new StringContent($"old {held}\n\n{forged}");
                using var answer = await client.PostAsync($"{witness.Url!.TrimEnd('/')}/add-checkpoint", content, ct);

                // To a witness that holds nothing every history is the first: it is left alone.
                if (answer.StatusCode != HttpStatusCode.Conflict || attempt == Attempts
                    || !long.TryParse((await answer.Content.ReadAsStringAsync(ct)).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out held) || held == 0)
                {
                    return (int)answer.StatusCode;
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
