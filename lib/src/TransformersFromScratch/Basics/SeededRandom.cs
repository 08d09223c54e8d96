using System.Numerics;

namespace TransformersFromScratch;

/// <summary>
/// A random generator whose state can be saved with a checkpoint and put back: xoshiro256** (Blackman and Vigna 2018),
/// started by SplitMix64 as its authors advise. The same seed gives the same numbers on every machine and in every
/// version of .NET.
/// </summary>
public sealed class SeededRandom : Random
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>A generator that starts from a seed.</summary>
    public SeededRandom(int seed)
    {
        ulong mixed = (ulong)seed;
        (_s0, _s1, _s2, _s3) = (Mix(), Mix(), Mix(), Mix());

        ulong Mix() // SplitMix64
        {
            ulong z = mixed += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }

    /// <summary>The whole state: 64 hexadecimal digits. Setting it makes the generator go on from there.</summary>
    /// <exception cref="FormatException">Not 64 hexadecimal digits, or all of them 0.</exception>
    public string State
    {
        get => $"{_s0:x16}{_s1:x16}{_s2:x16}{_s3:x16}";
        set
        {
            ulong[] words = new ulong[4];
            for (int i = 0; i < 4; i++)
            {
                if (value?.Length != 64 || !ulong.TryParse(
                    value.AsSpan(16 * i, 16), System.Globalization.NumberStyles.AllowHexSpecifier, null, out words[i]))
                {
                    throw new FormatException(
                        $"The state of a random generator is 64 hexadecimal digits, not '{Excerpt.Of(value ?? "")}'.");
                }
            }

            if (Array.TrueForAll(words, word => word == 0))
            {
                throw new FormatException("A state of nothing but zeros would give zeros for ever.");
            }

            (_s0, _s1, _s2, _s3) = (words[0], words[1], words[2], words[3]);
        }
    }

    /// <inheritdoc/>
    public override int Next() => Next(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    /// <inheritdoc/>
    public override long NextInt64() => NextInt64(long.MaxValue);

    /// <inheritdoc/>
    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    /// <inheritdoc/>
    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return minValue + (long)Below((ulong)(maxValue - minValue));
    }

    /// <inheritdoc/>
    public override double NextDouble() => (NextBits() >> 11) * (1.0 / (1L << 53));

    /// <inheritdoc/>
    public override float NextSingle() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref byte value in buffer)
        {
            value = (byte)(NextBits() >> 56);
        }
    }

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    /// <summary>
    /// A number from 0 to limit - 1, each equally likely: what would favour some of them is drawn again.
    /// </summary>
    private ulong Below(ulong limit)
    {
        if (limit <= 1)
        {
            return 0;
        }

        int shift = BitOperations.LeadingZeroCount(limit - 1);
        ulong value;
        do
        {
            value = NextBits() >> shift;
        }
        while (value >= limit);
        return value;
    }

    private ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9, shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }
}
