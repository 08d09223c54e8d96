namespace TransformersFromScratch;

/// <summary>A target that a search has written.</summary>
/// <param name="Tokens">Its ids, without start and end.</param>
/// <param name="LogProbability">log P(target | source) in nats, the end token included if it has ended.</param>
/// <param name="Score">What the search ranks by: the log-probability over the length penalty
/// (<see cref="BeamSearch.LengthPenalty"/>).</param>
/// <param name="Ended">Whether it ended by itself, or was cut off at the greatest length.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability, double Score, bool Ended);

/// <summary>One step of one hypothesis in a search, for drawing the tree.</summary>
/// <param name="Id">Counted from 1; the start is 0.</param>
/// <param name="Parent">The id of what it continues.</param>
/// <param name="Length">How many tokens it has, this one included.</param>
/// <param name="Token">The token it adds.</param>
/// <param name="LogProbability">Of the whole hypothesis, in nats.</param>
/// <param name="Fate">What became of it.</param>
public sealed record SearchNode(int Id, int Parent, int Length, int Token, double LogProbability, SearchFate Fate);

/// <summary>What becomes of a hypothesis.</summary>
public enum SearchFate
{
    /// <summary>It was among the best and is continued.</summary>
    Continued,

    /// <summary>It has ended.</summary>
    Ended,

    /// <summary>There were better ones.</summary>
    Pruned,
}
