namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise07Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Gap()
    {
        AssertSays("✓", Exercise07.CheckGap((classes, gap) => classes / (Math.Exp(gap) - 1 + classes)));
        AssertSays("✎", Exercise07.CheckGap((_, _) => throw new NotImplementedException()));
        AssertSays("q of a wrong class", Exercise07.CheckGap((classes, gap) => 1 / (Math.Exp(gap) - 1 + classes)));
        AssertSays("between 0 and 1", Exercise07.CheckGap((_, gap) => gap * gap));
    }

    [Fact]
    public void Largest_rate()
    {
        static string With(double limit, bool remember = true) => Exercise07.CheckLargestRate((curvature, momentum) =>
        {
            bool Survives(double rate)
            {
                double x = 1, u = 0;
                for (int t = 0; t < 1000; t++)
                {
                    u = ((remember ? momentum : 0) * u) + (curvature * x);
                    x -= rate * u;
                }

                return Math.Abs(x) <= limit;
            }

            double low = 0, high = 100;
            for (int i = 0; i < 40; i++)
            {
                double middle = (low + high) / 2;
                if (Survives(middle)) { low = middle; } else { high = middle; }
            }

            return low;
        });

        AssertSays("✓", With(1));
        AssertSays("limit of plain descent", With(1, remember: false));
        AssertSays("search try rates above", Exercise07.CheckLargestRate((curvature, _) => 2 / curvature));
        AssertSays("as Adam's m", Exercise07.CheckLargestRate(
            (curvature, momentum) => Math.Min(4, 2 * (1 + momentum) / (1 - momentum)) / curvature));
        AssertSays("Half", Exercise07.CheckLargestRate((curvature, momentum) => (1 + momentum) / curvature));
        AssertSays("positive", Exercise07.CheckLargestRate((_, _) => 0));
    }

    [Fact]
    public void Asleep()
    {
        static string With(double awake, int first) => Exercise07.CheckAsleep((beta2, spike) =>
        {
            double v = beta2 + ((1 - beta2) * spike * spike);
            int step = first;
            do
            {
                v = (beta2 * v) + 1 - beta2;
                step++;
            }
            while (v > awake);
            return step;
        });

        AssertSays("✓", With(4, 0));
        AssertSays("root of v", With(2, 0));
        AssertSays("One too many", With(4, 1));
        AssertSays("before the bad batch", Exercise07.CheckAsleep((beta2, spike) =>
        {
            double v = (1 - beta2) * spike * spike;
            int step = 0;
            do { v = (beta2 * v) + 1 - beta2; step++; } while (v > 4);
            return step;
        }));
        AssertSays("not negative", Exercise07.CheckAsleep((_, _) => -1));
    }

    /// <summary>A solution of half the steps exists, and what trains badly is told why.</summary>
    [Fact]
    public void Fast()
    {
        AssertSays("no finite number", Exercise07.CheckFast(step => 1.0 / (step - 1)));
        AssertSays("negative", Exercise07.CheckFast(_ => -0.001));
        AssertSays("weights themselves", Exercise07.CheckFast(step => step));
        AssertSays("nothing moves", Exercise07.CheckFast(_ => 0));
        AssertSays("✎", Exercise07.CheckFast(_ => throw new NotImplementedException()));
    }

    [Fact]
    public void Fast_trainings()
    {
        AssertSays("✓", Exercise07.CheckFast(t => Schedule.Cosine(0.024, 75, 150)(t)));
        AssertSays("known any more", Exercise07.CheckFast(_ => 0.03));
        AssertSays("add up to", Exercise07.CheckFast(_ => 0.0005));
    }
}
