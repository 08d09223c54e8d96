namespace Course;

/// <summary>One pass of a reader through a chapter, or a part of it.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Cells">What is run: the number of each code cell in the chapter, from 1, and its source in this
/// pass.</param>
/// <param name="Variant">Its settings, where they are not the default ones.</param>
/// <param name="Fault">The mistake that is made in it.</param>
/// <param name="Again">The name of an earlier pass that it must repeat to the letter.</param>
internal sealed record TweakPass(
    string Name, IReadOnlyList<(int Number, string Source)> Cells, Variant? Variant = null, Fault? Fault = null,
    string? Again = null);
