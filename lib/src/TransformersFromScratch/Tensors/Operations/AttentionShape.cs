namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>The sizes of an attention, where each head lies, and who sees what.</summary>
    private sealed partial record AttentionShape(
        int Sentences, int Queries, int Keys, int Heads, int KeyValueHeads, int KeyWidth, int ValueWidth,
        bool Causal, bool[]? KeyIsPadding, int? Window, float[]? Slopes, Tensor? Bias, bool Scaled)
    {
        /// <summary>What the products of queries and keys are multiplied by: 1/√d_k.</summary>
        public float Scale { get; } = Scaled ? 1 / MathF.Sqrt(KeyWidth) : 1;

        /// <summary>How many heads of queries share one of keys and values.</summary>
        public int Group => Heads / KeyValueHeads;

        public int OutputRow => Heads * ValueWidth;

        public int Block => Causal ? Math.Min(Queries, QueriesPerBlock) : Queries;

        /// <summary>Whether anything may be hidden from anyone.</summary>
        public bool IsMasked => Causal || KeyIsPadding is not null || Window is not null;

        /// <summary>
        /// How many threads share the heads: Q Kᵀ is one product, and P V another of about that size.
        /// </summary>
        public int Threads => Work.Threads(2L * Sentences * Queries * Keys * Heads * KeyWidth);

        /// <summary>
        /// How many keys, from the first, are enough for a query and those before it: later ones are hidden from all of
        /// them.
        /// </summary>
        public int Seen(int sentence, int query)
        {
            int seen = Causal ? Place(query) + 1 : Keys;
            while (KeyIsPadding is not null && seen > 0 && KeyIsPadding[(sentence * Keys) + seen - 1])
            {
                seen--;
            }

            return seen;
        }

        /// <summary>
        /// The first key that the window shows a query and those after it; at most <paramref name="seen"/>.
        /// </summary>
        public int From(int query, int seen) => Window is null ? 0 : Math.Min(FirstInWindow(query), seen);

        /// <summary>Whether a query may look at a key.</summary>
        public bool Sees(int sentence, int query, int key) =>
            !(Causal && key > Place(query)) && key >= FirstInWindow(query)
            && !(KeyIsPadding is not null && KeyIsPadding[(sentence * Keys) + key]);

        /// <summary>Puts a number where a query may not look: -infinity among scores, 0 among weights.</summary>
        /// <param name="sentence">The sentence.</param>
        /// <param name="query">The query.</param>
        /// <param name="from">The key that the row begins with.</param>
        /// <param name="row">The numbers of the query.</param>
        /// <param name="number">What to put there.</param>
        public void Hide(int sentence, int query, int from, Span<float> row, float number)
        {
            if (Causal && Place(query) + 1 - from < row.Length)
            {
                row[(Place(query) + 1 - from)..].Fill(number);
            }

            if (Window is not null && FirstInWindow(query) > from)
            {
                row[..Math.Min(FirstInWindow(query) - from, row.Length)].Fill(number);
            }

            for (int key = 0; KeyIsPadding is not null && key < row.Length; key++)
            {
                if (KeyIsPadding[(sentence * Keys) + from + key])
                {
                    row[key] = number;
                }
            }
        }

        /// <summary>
        /// Takes slope · distance from each score of a query, before all of them are multiplied by
        /// <paramref name="scale"/>.
        /// </summary>
        public void Lower(int head, int query, int from, Span<float> scores, float scale)
        {
            if (Slopes is null)
            {
                return;
            }

            float slope = Slopes[head] / scale;
            int place = Place(query) - from;
            for (int key = 0; key < scores.Length; key++)
            {
                scores[key] -= slope * Math.Abs(place - key);
            }
        }

        /// <summary>The key at which a query stands: the last query at the last key.</summary>
        private int Place(int query) => query + Keys - Queries;

        private int FirstInWindow(int query) => Window is { } window ? Math.Max(0, Place(query) - window + 1) : 0;
    }
}
