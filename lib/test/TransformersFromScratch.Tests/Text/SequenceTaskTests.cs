namespace TransformersFromScratch.Tests.Text;

/// <summary>The tasks of chapter 8: what is drawn, and what is right.</summary>
public class SequenceTaskTests
{
    [Fact]
    public void Answers()
    {
        int[] x = [5, 3, 12, 3];
        Assert.Equal([5, 3, 12, 3], new SequenceTask(SequenceRule.Copy).Answer(x));
        Assert.Equal([3, 12, 3, 5], new SequenceTask(SequenceRule.Reverse).Answer(x));
        Assert.Equal([3, 3, 5, 12], new SequenceTask(SequenceRule.Sort).Answer(x));
        Assert.Equal([5, 3, 12, 3], x); // untouched
    }

    [Fact]
    public void Every_symbol_is_equally_likely_at_every_place()
    {
        var task = new SequenceTask(SequenceRule.Reverse);
        IReadOnlyList<int[]> drawn = task.DrawTest(10_000, seed: 1);
        for (int t = 0; t < 16; t++)
        {
            int[] counts = new int[task.Vocabulary];
            foreach (int[] sequence in drawn) { counts[sequence[t]]++; }
            Assert.All(counts[..3], count => Assert.Equal(0, count)); // padding, start and end are no symbols
            Assert.All(counts[3..], count => Assert.InRange(count, 850, 1150)); // 5 standard deviations of 30
        }

        Assert.Equal(13, task.Vocabulary);
        Assert.Equal(10_000, drawn.Select(sequence => string.Join(' ', sequence)).Distinct().Count());
    }

    [Fact]
    public void The_same_seed_draws_the_same_and_another_another()
    {
        var task = new SequenceTask(SequenceRule.Copy);
        Assert.Equal(task.DrawTest(20, 1), task.DrawTest(20, 1));
        Assert.NotEqual(task.DrawTest(20, 1), task.DrawTest(20, 2));
    }

    [Fact]
    public void Half_of_what_sorting_learns_from_has_few_symbols_and_the_others_are_drawn_evenly()
    {
        static double ShareOfFew(SequenceRule rule)
        {
            var random = new SeededRandom(4);
            return new SequenceTask(rule).DrawPairs(4000, random)
                .Average(pair => pair.Source.Distinct().Count() <= 5 ? 1.0 : 0);
        }

        Assert.InRange(ShareOfFew(SequenceRule.Sort), 0.46, 0.54);
        Assert.InRange(ShareOfFew(SequenceRule.Reverse), 0, 0.02);
        Assert.All(
            new SequenceTask(SequenceRule.Sort).DrawPairs(50, new SeededRandom(1)),
            pair => Assert.Equal(pair.Source.Order(), pair.Target));
    }

    [Fact]
    public void Labels_are_for_people()
    {
        var digits = new SequenceTask(SequenceRule.Copy);
        Assert.Equal("0 9 <s> </s> <pad>", digits.Show([3, 12, Vocabulary.Start, Vocabulary.End, Vocabulary.Padding]));
        Assert.Equal("a l", new SequenceTask(SequenceRule.Copy, Symbols: 20).Show([3, 14]));
    }

    [Fact]
    public void Nothing_cannot_be_drawn()
    {
        var task = new SequenceTask(SequenceRule.Copy);
        Assert.Throws<ArgumentOutOfRangeException>(() => task.DrawPairs(0, new SeededRandom(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => task.DrawTest(0, seed: 1));
        Assert.Throws<ArgumentNullException>(() => task.Draw(null!));
    }
}
