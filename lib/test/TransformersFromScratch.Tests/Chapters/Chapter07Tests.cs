namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 7 derives of the first weights.</summary>
public class Chapter07Tests
{
    [Fact]
    public void Xavier_has_the_derived_variance()
    {
        var weight = new Tensor(200, 300);
        Initialise.XavierUniform(weight, new Random(1));
        Assert.Equal(2.0 / 500, weight.Data.Average(x => (double)x * x), 1e-4);
        Assert.True(weight.Data.Max(Math.Abs) <= Math.Sqrt(6.0 / 500) + 1e-6);
    }
}
