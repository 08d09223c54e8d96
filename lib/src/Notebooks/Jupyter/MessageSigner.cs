using System.Security.Cryptography;
using System.Text;

namespace Notebooks.Jupyter;

/// <summary>
/// Signs and checks messages with HMAC-SHA256 over their four JSON frames. Whoever can send a signed message can run
/// code, so a wrong signature, and a right one seen before, are both refused.
/// </summary>
public sealed class MessageSigner
{
    private const int Remembered = 65_536;

    private readonly byte[] _key;
    private readonly HashSet<string> _seen = [];
    private readonly Queue<string> _order = new();

    public MessageSigner(string key) => _key = Encoding.UTF8.GetBytes(key);

    /// <summary>An empty key means that the client asked for no signatures at all.</summary>
    public bool IsOff => _key.Length == 0;

    /// <summary>The signature in lower-case hexadecimal, as the protocol writes it.</summary>
    public string Sign(ReadOnlySpan<byte[]> frames)
    {
        if (IsOff) { return ""; }

        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (byte[] frame in frames)
        {
            hmac.AppendData(frame);
        }

        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    /// <summary>
    /// Whether the signature is right and has not been seen before. Takes the same time wherever it is wrong.
    /// </summary>
    public bool Accepts(ReadOnlySpan<byte> signature, ReadOnlySpan<byte[]> frames)
    {
        if (IsOff) { return true; }

        string expected = Sign(frames);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), signature) && IsNew(expected);
    }

    private bool IsNew(string signature)
    {
        if (!_seen.Add(signature)) { return false; }

        _order.Enqueue(signature);
        if (_order.Count > Remembered)
        {
            _seen.Remove(_order.Dequeue());
        }

        return true;
    }
}
