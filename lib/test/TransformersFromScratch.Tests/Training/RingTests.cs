namespace TransformersFromScratch.Tests.Training;

/// <summary>Machines in a ring: every one ends with the sum, and what goes over a link is counted.</summary>
public class RingTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 6)]
    [InlineData(3, 7)]
    [InlineData(5, 3)]
    [InlineData(8, 64)]
    public void Every_machine_has_the_sum_after_the_fewest_bytes(int machines, int length)
    {
        var ring = new Ring(Enumerable.Range(0, machines)
            .Select(machine => Enumerable.Range(0, length).Select(i => (float)((machine * 100) + i)).ToArray()));
        float[] sums = [.. Enumerable.Range(0, length).Select(i => ring.Values.Sum(values => values[i]))];
        ring.AllReduce();
        Assert.All(ring.Values, values => Assert.Equal(sums, values));
        Assert.Equal(2L * (machines - 1) * length * sizeof(float), ring.Bytes);
        Assert.Equal(2 * (machines - 1), ring.Rounds);
    }

    [Fact]
    public void What_a_machine_sends_leaves_before_anything_arrives_and_what_it_was_given_stays()
    {
        float[] first = [1, 2], second = [10, 20];
        var ring = new Ring([first, second]);
        ring.Send(machine => machine, add: true);
        Assert.Equal([1f, 22], ring.Values[0]);
        Assert.Equal([11f, 20], ring.Values[1]);
        Assert.Equal([1, 2], first);
        Assert.Equal([10, 20], second);
    }

    [Fact]
    public void Arrays_of_two_lengths_are_refused() =>
        Assert.Contains("2, 3", Assert.Throws<ArgumentException>(() => new Ring([[1, 2], [1, 2, 3]])).Message);
}
