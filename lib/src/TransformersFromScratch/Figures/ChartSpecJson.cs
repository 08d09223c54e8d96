using System.Text.Json.Serialization;

namespace TransformersFromScratch;

/// <summary>
/// Writes and reads a <see cref="ChartSpec"/> without reflection, which a first figure would wait for.
/// </summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ChartSpec))]
internal sealed partial class ChartSpecJson : JsonSerializerContext;
