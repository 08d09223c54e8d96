namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// One head in one sentence of an attention, its matrices in place: each is a view of some columns, with the stride
    /// of a whole row.
    /// </summary>
    private readonly ref struct AttentionHead
    {
        private readonly AttentionShape _shape;
        private readonly Tensor[] _inputs;
        private readonly Tensor _output, _weights;

        /// <param name="shape">The sizes.</param>
        /// <param name="number">sentence · h + head.</param>
        /// <param name="inputs">The queries, keys and values of all heads.</param>
        /// <param name="output">The output of all heads.</param>
        /// <param name="weights">The weights of all heads.</param>
        public AttentionHead(AttentionShape shape, int number, Tensor[] inputs, Tensor output, Tensor weights)
        {
            (_shape, _inputs, _output, _weights) = (shape, inputs, output, weights);
            (Sentence, Number) = Math.DivRem(number, shape.Heads);
        }

        public int Sentence { get; }

        /// <summary>Which head of the sentence it is.</summary>
        public int Number { get; }

        /// <summary>Q, T×d_k.</summary>
        public View Q => Of(_inputs[0], _inputs[0].Span);

        /// <summary>K, S×d_k, which the heads of a group share.</summary>
        public View K => Shared(_inputs[1], _inputs[1].Span);

        /// <summary>V, S×d_v, which the heads of a group share.</summary>
        public View V => Shared(_inputs[2], _inputs[2].Span);

        /// <summary>O, T×d_v.</summary>
        public View O => Of(_output, _output.Span);

        /// <summary>P, the weights, T×S.</summary>
        public View P
        {
            get
            {
                int size = _shape.Queries * _shape.Keys, number = (Sentence * _shape.Heads) + Number;
                return new(_weights.Span[(number * size)..], _shape.Queries, _shape.Keys, _shape.Keys);
            }
        }

        /// <summary>dQ; nothing if nobody needs it. So are the next two.</summary>
        public View DQ => Of(_inputs[0], _inputs[0].GradientSpan);

        public View DK => Shared(_inputs[1], _inputs[1].GradientSpan);

        public View DV => Shared(_inputs[2], _inputs[2].GradientSpan);

        public View DO => Of(_output, _output.GradientSpan);

        private View Of(Tensor x, Span<float> numbers) => Of(x, numbers, Number, _shape.Heads, _shape.Queries);

        private View Shared(Tensor x, Span<float> numbers) =>
            Of(x, numbers, Number / _shape.Group, _shape.KeyValueHeads, _shape.Keys);

        private View Of(Tensor x, Span<float> numbers, int head, int heads, int rows)
        {
            int row = x.Shape[2], width = row / heads;
            return numbers.IsEmpty
                ? default
                : new(numbers[((Sentence * x.Shape[1] * row) + (head * width))..], rows, width, row);
        }
    }
}
