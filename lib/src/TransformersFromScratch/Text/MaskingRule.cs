using System.Globalization;

namespace TransformersFromScratch;

/// <summary>Which tokens are hidden, and how (Devlin et al. 2018, section 3.1).</summary>
/// <param name="Rate">The share of a sentence's tokens that have to be guessed; 0.15 in the paper.</param>
/// <param name="Mask">The share of those that become [MASK]; 0.8.</param>
/// <param name="Random">
/// The share of those that become any token of the vocabulary; 0.1. The rest stays as it is.
/// </param>
public sealed record MaskingRule(double Rate = 0.15, double Mask = 0.8, double Random = 0.1)
{
    /// <summary>The share of the guessed tokens that stays as it is.</summary>
    public double Kept => 1 - Mask - Random;

    /// <summary>Whether the shares are shares.</summary>
    /// <exception cref="ArgumentException">They are not; the message says which.</exception>
    public void Check()
    {
        Require(Rate, nameof(Rate));
        Require(Mask, nameof(Mask));
        Require(Random, nameof(Random));
        Require(Mask + Random, $"{nameof(Mask)} + {nameof(Random)}");

        static void Require(double share, string name)
        {
            if (share is not (>= 0 and <= 1))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"{name} is {share}; it has to be 0 to 1."));
            }
        }
    }
}
