namespace TransformersFromScratch.Tests.Training;

public class WeightAverageTests
{
    private static Parameter[] Weights(params float[] numbers) =>
        [new("a", new Tensor(numbers[..1], 1)), new("b", new Tensor(numbers[1..], numbers.Length - 1))];

    [Fact]
    public void The_mean_of_the_last_by_hand()
    {
        var average = new WeightAverage(last: 2);
        Parameter[] weights = Weights(1, 2, 3);
        average.Add(weights);
        weights[0].Value.Data[0] = 100; // A copy was taken: this comes too late.
        Parameter[] mean = Weights(0, 0, 0);
        average.CopyTo(mean);
        Assert.Equal([1f, 2, 3], mean.SelectMany(parameter => parameter.Value.Data));

        average.Add(Weights(3, 6, -3));
        average.CopyTo(mean);
        Assert.Equal([2f, 4, 0], mean.SelectMany(parameter => parameter.Value.Data));

        average.Add(Weights(5, 10, 1)); // The first is forgotten.
        Assert.Equal(2, average.Count);
        average.CopyTo(mean);
        Assert.Equal([4f, 8, -1], mean.SelectMany(parameter => parameter.Value.Data));
    }

    [Fact]
    public void What_cannot_be_averaged_is_named()
    {
        Assert.Contains(
            "1 checkpoint or more", Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(0)).Message,
            StringComparison.Ordinal);
        var average = new WeightAverage();
        Assert.Contains(
            "no checkpoint", Assert.Throws<InvalidOperationException>(() => average.CopyTo(Weights(1, 2))).Message,
            StringComparison.Ordinal);
        average.Add(Weights(1, 2, 3));
        Parameter[] shorter = Weights(7, 8);
        Assert.Contains(
            "number or sizes differ", Assert.Throws<ArgumentException>(() => average.CopyTo(shorter)).Message,
            StringComparison.Ordinal);
        Assert.Equal([7f, 8], shorter.SelectMany(parameter => parameter.Value.Data));
    }
}
