namespace TransformersFromScratch;

public sealed partial class Pretrained
{
    /// <summary>Rounds the weights for inference: less memory, and faster where memory is the limit.</summary>
    /// <inheritdoc cref="CompactModels.Compact(IEnumerable{Parameter}, WeightFormat)"/>
    public void Compact(WeightFormat format) => CompactModels.Compact(
        [
            .. Gpt?.Parameters() ?? [], .. Bert?.Parameters() ?? [], .. Classifier?.Parameters() ?? [],
            .. Reader?.Parameters() ?? [], .. EncoderDecoder?.Parameters() ?? [],
        ],
        format);
}
