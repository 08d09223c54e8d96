namespace TransformersFromScratch;

/// <summary>
/// How the heads of a reader of stories start: some look for a token's like, the others look at distances. Both kinds
/// are what such a model has to find anyway, and it finds them late if it starts from noise.
/// </summary>
/// <remarks>
/// That the query and the key weights of trained heads resemble each other, and that to start so is worth a lot where
/// data or steps are few, is from Trockman and Kolter 2023, "Mimetic Initialization of Self-Attention Layers".
/// Deviates from them: keys equal queries exactly, in a part of the heads, and values start as usual.
/// </remarks>
internal static class StoryStart
{
    /// <summary>Sets the start of a fresh model.</summary>
    /// <param name="bert">The model; its weights are those of a fresh one.</param>
    /// <param name="recipe">
    /// How many heads look for their like, and how large the others' numbers for distances are.
    /// </param>
    /// <param name="random">Where the numbers come from.</param>
    public static void Of(Bert bert, StoryRecipe recipe, Random random)
    {
        int others = bert.Config.Heads - recipe.Alike;
        if (bert.Distances is { } distances)
        {
            var fresh = new Tensor(distances.Buckets, bert.Config.Heads);
            Initialise.Normal(fresh, recipe.DistanceDeviation, random);
            for (int i = 0; i < fresh.Length; i++)
            {
                distances.Table.Data[i] = i % bert.Config.Heads < others ? fresh.Data[i] : distances.Table.Data[i];
            }
        }

        foreach (EncoderLayer layer in recipe.Alike == 0 ? [] : bert.Layers)
        {
            LookForTheirLike(layer.Attention, others, random);
        }
    }

    /// <summary>
    /// With W the same for queries and keys, the score of two tokens x and y is <c>(W x)·(W y) / √d_k</c>. Where W is
    /// normal with deviation 1/√d_model, and the mean square of x is 1, a token scores about √d_k with its like, and
    /// about 0 with others.
    /// </summary>
    private static void LookForTheirLike(MultiHeadAttention attention, int from, Random random)
    {
        int first = from * attention.HeadWidth * attention.Width;
        var alike = new Tensor(attention.Query.Weight.Length - first);
        Initialise.Normal(alike, 1 / MathF.Sqrt(attention.Width), random);
        alike.Data.CopyTo(attention.Query.Weight.Data, first);
        alike.Data.CopyTo(attention.Key.Weight.Data, first);
    }
}
