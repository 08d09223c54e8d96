namespace TransformersFromScratch;

/// <summary>A text that a model learns to foretell token by token, cut into batches.</summary>
public interface ITextBatches
{
    /// <summary>A batch to learn from.</summary>
    /// <param name="random">Chooses what is in it.</param>
    /// <param name="batch">B, how many rows it has.</param>
    /// <returns>
    /// B·T tokens, and B·T targets: the token that follows each. A target of <see cref="Op.NoTarget"/> does not count.
    /// </returns>
    (TokenBatch Inputs, int[] Targets) Draw(Random random, int batch);

    /// <summary>Batches to measure a model by: the same ones each time, for every model.</summary>
    /// <param name="batches">How many; a text that is short may give fewer, and then all that it has.</param>
    IEnumerable<(TokenBatch Inputs, int[] Targets)> Exam(int batches);
}
