namespace TransformersFromScratch;

/// <summary>The operations that the models here need, each by its name in ONNX or in plain words.</summary>
internal sealed partial class OnnxGraph
{
    public OnnxValue Add(OnnxValue a, OnnxValue b) => Node("Add", [a, b]);

    public OnnxValue Subtract(OnnxValue a, OnnxValue b) => Node("Sub", [a, b]);

    public OnnxValue Multiply(OnnxValue a, OnnxValue b) => Node("Mul", [a, b]);

    public OnnxValue Divide(OnnxValue a, OnnxValue b) => Node("Div", [a, b]);

    public OnnxValue MatMul(OnnxValue a, OnnxValue b) => Node("MatMul", [a, b]);

    public OnnxValue Softmax(OnnxValue x) => Node("Softmax", [x], Whole("axis", -1));

    public OnnxValue LayerNormalization(OnnxValue x, OnnxValue gain, OnnxValue bias, float epsilon) =>
        Node("LayerNormalization", [x, gain, bias], Whole("axis", -1), Single("epsilon", epsilon));

    /// <summary>The mean over the last axis, which stays as one of length 1.</summary>
    public OnnxValue MeanOfLast(OnnxValue x) =>
        Node("ReduceMean", [x], Wholes("axes", [-1]), Whole("keepdims", 1));

    /// <summary>The sum over an axis, which goes away.</summary>
    public OnnxValue Sum(OnnxValue x, long axis) => Node("ReduceSum", [x, Row(axis)], Whole("keepdims", 0));

    public OnnxValue Relu(OnnxValue x) => Node("Relu", [x]);

    public OnnxValue Erf(OnnxValue x) => Node("Erf", [x]);

    public OnnxValue Tanh(OnnxValue x) => Node("Tanh", [x]);

    public OnnxValue Sigmoid(OnnxValue x) => Node("Sigmoid", [x]);

    public OnnxValue Sqrt(OnnxValue x) => Node("Sqrt", [x]);

    public OnnxValue Sin(OnnxValue x) => Node("Sin", [x]);

    public OnnxValue Abs(OnnxValue x) => Node("Abs", [x]);

    public OnnxValue Negative(OnnxValue x) => Node("Neg", [x]);

    public OnnxValue Smaller(OnnxValue a, OnnxValue b) => Node("Min", [a, b]);

    public OnnxValue Larger(OnnxValue a, OnnxValue b) => Node("Max", [a, b]);

    public OnnxValue Less(OnnxValue a, OnnxValue b) => Node("Less", [a, b]);

    public OnnxValue And(OnnxValue a, OnnxValue b) => Node("And", [a, b]);

    /// <summary>One value where a condition holds, the other where it does not.</summary>
    public OnnxValue Where(OnnxValue condition, OnnxValue then, OnnxValue otherwise) =>
        Node("Where", [condition, then, otherwise]);

    public OnnxValue Cast(OnnxValue x, OnnxType type) => Node("Cast", [x], Whole("to", (int)type));

    /// <summary>The rows of a table, or its columns.</summary>
    public OnnxValue Gather(OnnxValue table, OnnxValue ids, int axis = 0) =>
        Node("Gather", [table, ids], Whole("axis", axis));

    /// <summary>[B, T, d] and a place for each of B, [B, 1] → [B, d].</summary>
    public OnnxValue RowOfEach(OnnxValue x, OnnxValue places) =>
        Node("GatherND", [x, places], Whole("batch_dims", 1));

    /// <summary>Another shape; 0 keeps an axis, -1 is what is left.</summary>
    public OnnxValue Reshape(OnnxValue x, params long[] shape) => Node("Reshape", [x, Row(shape)]);

    /// <summary>The axes in another order.</summary>
    public OnnxValue Transpose(OnnxValue x, params long[] order) => Node("Transpose", [x], Wholes("perm", order));

    /// <summary>Puts in axes of length 1.</summary>
    public OnnxValue Unsqueeze(OnnxValue x, params long[] axes) => Node("Unsqueeze", [x, Row(axes)]);

    /// <summary>Repeats what has an axis of length 1.</summary>
    public OnnxValue Expand(OnnxValue x, params long[] shape) => Node("Expand", [x, Row(shape)]);

    public OnnxValue Concat(int axis, params OnnxValue[] values) => Node("Concat", values, Whole("axis", axis));

    /// <summary>How long an axis is.</summary>
    public OnnxValue Length(OnnxValue x, int axis) => Gather(Node("Shape", [x]), Whole(axis));

    /// <summary>The whole numbers from one to before another.</summary>
    public OnnxValue Range(OnnxValue first, OnnxValue end) => Node("Range", [first, end, Whole(1)]);

    /// <summary>Where the largest number of the last axis stands; of equal ones the first.</summary>
    public OnnxValue PlaceOfLargest(OnnxValue x) => Node("ArgMax", [x], Whole("axis", -1), Whole("keepdims", 1));
}
