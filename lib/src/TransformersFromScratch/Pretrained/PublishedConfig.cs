using System.Globalization;
using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>What the layouts need to write a <c>config.json</c>; <see cref="PublishedJson"/> reads one.</summary>
internal static class PublishedConfig
{
    /// <summary>The entries that every file has.</summary>
    /// <param name="kind">The architecture, such as gpt2.</param>
    /// <param name="model">The class that opens it, such as GPT2LMHeadModel.</param>
    public static JsonObject Start(string kind, string model) => new()
    {
        ["architectures"] = new JsonArray(model), ["model_type"] = kind, ["dtype"] = "float32",
    };

    /// <summary>Gives several entries the same value.</summary>
    public static void Set(JsonObject config, JsonNode value, params string[] names)
    {
        foreach (string name in names)
        {
            config[name] = value.DeepClone(); // A node has one place.
        }
    }

    /// <summary>A float as short as it can be: 1E-05, and not the double that is nearest to it.</summary>
    public static JsonNode Number(float number) => JsonValue.Create(double.Parse(
        number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));

    /// <summary>One id, several in an array, or null.</summary>
    public static JsonNode? Ids(IReadOnlyList<int> ids) => ids.Count switch
    {
        0 => null,
        1 => JsonValue.Create(ids[0]),
        _ => new JsonArray([.. ids.Select(id => JsonValue.Create(id))]),
    };

    /// <summary>The id of the padding, where a layout cannot do without.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static int Padding(string layout, int id)
    {
        Require(id >= 0, layout, $"PaddingId = {id}", "it has a token for padding");
        return id;
    }

    /// <summary>Hugging Face's name for what stands between the linear maps.</summary>
    /// <exception cref="NotSupportedException">It is a gate, which the layout has no maps for.</exception>
    public static string Activation(string layout, Activation activation)
    {
        Require(
            !Activations.IsGate(activation), layout, $"Activation = {activation}", "its networks have no gate");
        return activation switch
        {
            TransformersFromScratch.Activation.Relu => "relu",
            TransformersFromScratch.Activation.Gelu => "gelu",
            TransformersFromScratch.Activation.GeluTanh => "gelu_new",
            _ => "silu",
        };
    }

    /// <summary>Refuses a model that a layout has no place for.</summary>
    /// <param name="fits">What has to be so.</param>
    /// <param name="layout">The layout, such as GPT-2.</param>
    /// <param name="option">What the model has.</param>
    /// <param name="why">What the layout has: the rest of a sentence.</param>
    /// <exception cref="NotSupportedException">It does not fit.</exception>
    public static void Require(bool fits, string layout, string option, string why)
    {
        if (!fits)
        {
            throw new NotSupportedException(
                $"The model has {option}, and the published layout of {layout} has no place for that: {why}.");
        }
    }
}
