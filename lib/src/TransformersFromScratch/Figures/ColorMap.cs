namespace TransformersFromScratch;

/// <summary>Which colours a heatmap has.</summary>
public enum ColorMap
{
    /// <summary>Diverging if there are negative numbers, else sequential.</summary>
    Auto,

    /// <summary>From dark to bright, for amounts: the brightest is the most.</summary>
    Sequential,

    /// <summary>Blue below zero, red above, and nearly white at zero, for numbers that have a sign.</summary>
    Diverging,
}
