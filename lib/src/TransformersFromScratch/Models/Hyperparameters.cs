using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// What the configurations of all models require of their numbers, which may come from a file that somebody else has
/// made. Each message names the hyperparameter, its value, and what it may be.
/// </summary>
internal static class Hyperparameters
{
    // With these no count of parameters comes near 2⁶³.
    public const int MostTokens = 1 << 24, Widest = 1 << 20, MostLayers = 1 << 12;

    /// <exception cref="ArgumentException">The value lies outside.</exception>
    public static void RequireRange(string name, int value, int least, int most) =>
        Require(value >= least && value <= most, $"{name} is {value}; it has to lie between {least} and {most}.");

    /// <exception cref="ArgumentException">The enumeration has no such value.</exception>
    public static void RequireDefined<TKind>(string name, TKind kind) where TKind : struct, Enum => Require(
        Enum.IsDefined(kind),
        $"{name} is {kind:D}, which there is not. Choose {string.Join(", ", Enum.GetNames<TKind>())}.");

    /// <exception cref="ArgumentException">It is no probability, or 1, which would drop everything.</exception>
    public static void RequireDropout(float dropout) => Require(
        dropout is >= 0 and < 1,
        string.Create(
            CultureInfo.InvariantCulture,
            $"A dropout of {dropout} is no probability from 0 to below 1; the paper has 0.1."));

    /// <exception cref="ArgumentException">It is 0, negative, or no number.</exception>
    public static void RequirePositive(string name, float value) => Require(
        value > 0 && float.IsFinite(value),
        string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it has to be a number above 0."));

    /// <exception cref="ArgumentException">h does not divide d_model.</exception>
    public static void RequireHeads(int heads, int dModel)
    {
        RequireRange("Heads", heads, 1, dModel);
        Require(
            dModel % heads == 0,
            $"{heads} heads cannot share a d_model of {dModel} evenly: {dModel} / {heads} leaves {dModel % heads}.");
    }

    /// <exception cref="ArgumentException">It is not so.</exception>
    public static void Require(bool right, string wrong)
    {
        if (!right)
        {
            throw new ArgumentException(wrong);
        }
    }

    /// <summary>The parameters of an attention: four maps of d_model and h·d_k.</summary>
    public static long Attention(long dModel, long own, bool bias = true) =>
        (4 * dModel * own) + (bias ? (3 * own) + dModel : 0);

    /// <summary>The parameters of a feed-forward network: two maps, or three with a gate.</summary>
    public static long FeedForward(long dModel, long dFeedForward, Activation activation, bool bias = true)
    {
        int inner = Activations.IsGate(activation) ? 2 : 1;
        return ((inner + 1) * dModel * dFeedForward) + (bias ? (inner * dFeedForward) + dModel : 0);
    }
}
