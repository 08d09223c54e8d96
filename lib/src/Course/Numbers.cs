using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Notebooks;

namespace Course;

/// <summary>
/// Numbers at the command line, alike on every machine: a point before the decimals, nothing between thousands. (What
/// System.CommandLine does by itself reads "0.6" as 6 where German is spoken, and "0,6" as 6 elsewhere.)
/// </summary>
internal static class Numbers
{
    /// <summary>
    /// Says which numbers an option takes; any other text is an error that names option, text and range.
    /// </summary>
    public static Option<T> Between<T>(this Option<T> option, T least, T most) where T : struct, INumber<T>,
        IMinMaxValue<T>
    {
        option.CustomParser = result => Parse(result, option.Name, least, most) ?? default;
        return option;
    }

    /// <summary>The same for an option that may be missing.</summary>
    public static Option<T?> Between<T>(this Option<T?> option, T least, T most) where T : struct, INumber<T>,
        IMinMaxValue<T>
    {
        option.CustomParser = result => Parse(result, option.Name, least, most);
        return option;
    }

    /// <summary>Lets every number of a command and those below it be read so, also where no range was given.</summary>
    public static void ReadStrictly(Command command)
    {
        foreach (Option option in command.Options)
        {
            switch (option)
            {
                case Option<int> { CustomParser: null } whole: whole.Between(int.MinValue, int.MaxValue); break;
                case Option<int?> { CustomParser: null } whole: whole.Between(int.MinValue, int.MaxValue); break;
                case Option<long> { CustomParser: null } whole: whole.Between(long.MinValue, long.MaxValue); break;
                case Option<long?> { CustomParser: null } whole: whole.Between(long.MinValue, long.MaxValue); break;
                case Option<float> { CustomParser: null } number: number.Between(float.MinValue, float.MaxValue); break;
                case Option<float?> { CustomParser: null } number:
                    number.Between(
                    float.MinValue, float.MaxValue); break;
                case Option<double> { CustomParser: null } number:
                    number.Between(
                    double.MinValue, double.MaxValue); break;
                case Option<double?> { CustomParser: null } number:
                    number.Between(
                    double.MinValue, double.MaxValue); break;
                default: break;
            }
        }

        foreach (Command below in command.Subcommands) { ReadStrictly(below); }
    }

    private static T? Parse<T>(ArgumentResult result, string name, T least, T most) where T : struct, INumber<T>,
        IMinMaxValue<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        bool whole = T.IsInteger(T.One / (T.One + T.One)); // 1 / 2 is 0
        NumberStyles style = (whole ? NumberStyles.None : NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent)
            | (T.IsNegative(least) ? NumberStyles.AllowLeadingSign : NumberStyles.None);
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most)
        {
            return value;
        }

        string range = least == T.MinValue ? "" : most == T.MaxValue
            ? $" of at least {Text(least)}"
            : $" from {Text(least)} to {Text(most)}";
        string hint = !whole && text.Contains(',') ? " Write a point for the comma." : "";
        result.AddError($"{name} is a {(whole ? "whole " : "")}number{range}, not '{Quoted.Of(text)}'.{hint}");
        return null;
    }

    private static string Text<T>(T number) where T : INumber<T> => number.ToString(null, CultureInfo.InvariantCulture);
}
