namespace TransformersFromScratch;

/// <summary>
/// An axis of a chart: its title, and what may be set about it. A plain string is an axis with that title, so
/// <c>Plot.Lines("Loss", "step", "nats", …)</c> needs no axis at all.
/// </summary>
/// <param name="Title">What the axis measures, with its unit.</param>
public sealed record Axis(string Title)
{
    /// <summary>Whether equal distances are equal ratios. Every number on such an axis must be above zero.</summary>
    public bool Log { get; init; }

    /// <summary>Where the axis starts; the data decides when null.</summary>
    public double? Min { get; init; }

    /// <summary>Where the axis ends; the data decides when null.</summary>
    public double? Max { get; init; }

    /// <summary>An axis with a title and nothing else set.</summary>
    /// <param name="title">What the axis measures, with its unit.</param>
    public static implicit operator Axis(string title) => new(title);

    /// <summary>A logarithmic axis.</summary>
    /// <param name="title">What the axis measures, with its unit.</param>
    public static Axis Logarithmic(string title) => new(title) { Log = true };
}
