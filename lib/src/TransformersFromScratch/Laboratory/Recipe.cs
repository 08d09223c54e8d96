using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// What the recipes of trainings require of their numbers. Each message names the hyperparameter, its value, and what
/// it may be. (What a model can be at all is the matter of <see cref="Hyperparameters"/>.)
/// </summary>
internal static class Recipe
{
    /// <exception cref="ArgumentException">The value lies outside.</exception>
    public static void Within(string name, double value, double least, double most) => Require(
        value >= least && value <= most, name, value,
        string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <exception cref="ArgumentException">h does not divide d_model.</exception>
    public static void RequireHeads(int dModel, int heads) =>
        Require(dModel % heads == 0, "DModel", dModel, $"a multiple of Heads, which is {heads}");

    /// <exception cref="ArgumentException">No training goes by such a learning rate.</exception>
    public static void RequireRate(string name, double rate) => RequireAbove0(name, rate, 0.1);

    /// <exception cref="ArgumentException">It is 0, negative, more, or no number.</exception>
    public static void RequireAbove0(string name, double value, double most) => Require(
        value > 0 && value <= most, name, value,
        string.Create(CultureInfo.InvariantCulture, $"above 0 and {most} at most"));

    /// <exception cref="ArgumentException">It is no probability up to 0.9.</exception>
    public static void RequireDropout(float dropout) =>
        Within("Dropout", Math.Round((double)dropout, 6), 0, 0.9); // 0.9f is a little more than 0.9

    /// <exception cref="ArgumentException">It is not so.</exception>
    public static void Require(bool right, string name, double value, string allowed)
    {
        if (!right)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it has to be {allowed}."));
        }
    }
}
