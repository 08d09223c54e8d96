namespace TransformersFromScratch;

/// <summary>A learned tensor and its name, such as <c>encoder.layers.0.attention.query.weight</c>.</summary>
/// <param name="Name">The path from the model to the tensor, lower case, joined by dots.</param>
/// <param name="Value">The tensor itself, not a copy.</param>
public readonly record struct Parameter(string Name, Tensor Value);
