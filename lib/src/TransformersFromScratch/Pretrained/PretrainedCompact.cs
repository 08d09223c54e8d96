namespace TransformersFromScratch;

public sealed partial class Pretrained
{
    /// <summary>Reads a folder to write with it, its weights in fewer bits (<see cref="CompactWeight"/>).</summary>
    /// <param name="folder">Where config.json is, model.safetensors, and the files of the tokenizer.</param>
    /// <param name="weights">
    /// How the weights are kept. Those of a float16 file are kept exactly as float16, of a bfloat16 file as bfloat16.
    /// (On the way all are float32 for a moment: there has to be room for that.)
    /// </param>
    /// <param name="tokens">False leaves the tokenizer where it is.</param>
    /// <inheritdoc cref="Load(string, bool)" path="/exception"/>
    public static Pretrained Load(string folder, WeightFormat weights, bool tokens = true)
    {
        Pretrained model = Load(folder, tokens);
        try
        {
            model.Compact(weights);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"{Excerpt.OfPath(folder)}: {e.Message}", e);
        }

        if (weights != WeightFormat.Float32)
        {
            // The float32 numbers are garbage now, up to four times what is kept: the memory goes back at once.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        return model;
    }

    /// <summary>Rounds the weights for inference: less memory, and faster where memory is the limit.</summary>
    /// <inheritdoc cref="CompactModels.Compact(IEnumerable{Parameter}, WeightFormat)"/>
    public void Compact(WeightFormat format) => CompactModels.Compact(
        [
            .. Gpt?.Parameters() ?? [], .. Bert?.Parameters() ?? [], .. Classifier?.Parameters() ?? [],
            .. Reader?.Parameters() ?? [], .. EncoderDecoder?.Parameters() ?? [],
        ],
        format);
}
