namespace TransformersFromScratch;

/// <summary>What a tensor of an ONNX graph is made of; the numbers are those of the format.</summary>
internal enum OnnxType
{
    Float = 1,
    Int64 = 7,
    Bool = 9,
    Half = 10,
    Double = 11,
}
