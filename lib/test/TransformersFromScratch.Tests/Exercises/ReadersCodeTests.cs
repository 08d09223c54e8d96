using System.Diagnostics;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>A check survives whatever the reader's code does.</summary>
public class ReadersCodeTests
{
    private static Question<int[], int> Sum(double patience = 5) =>
        new(() => Samples.Random(
            random => Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(9)).ToArray()))
        {
            Right = x => x.Sum(), Patience = TimeSpan.FromSeconds(patience),
            Slips = [(x => x.Length, "You count them.")],
        };

    [Fact]
    public void A_loop_that_never_ends_is_left_behind_and_said()
    {
        bool mayEnd = false;
        long start = Stopwatch.GetTimestamp();
        string words = Sum(0.3).Judge(x =>
        {
            while (x.Length == 3 && !Volatile.Read(ref mayEnd)) { Thread.SpinWait(10); }

            return x.Sum();
        }).Words;
        Volatile.Write(ref mayEnd, true);
        Assert.Matches(
            @"^Your code did not come back within 0\.3 s for \[\d, \d, \d\]\. Is there a loop that never ends\?",
            words);
        // Outside of our engine nothing can end it.
        Assert.Contains("restart of the kernel", words, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.2, 30);
    }

    [Fact]
    public void Code_that_only_waits_is_ended()
    {
        string words = Sum(0.3).Judge(x =>
        {
            Thread.Sleep(Timeout.Infinite);
            return 0;
        }).Words;
        Assert.Contains("did not come back", words, StringComparison.Ordinal);
        Assert.DoesNotContain("restart of the kernel", words, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_is_slow_for_every_input_is_ended_after_a_while()
    {
        string words = Sum(0.1).Judge(x =>
        {
            Thread.Sleep(30);
            return x.Sum();
        }).Words;
        Assert.Matches(@"^Your code is too slow: in 0\.4 s it answered \d+ of 200 questions", words);
    }

    [Fact]
    public void Slow_code_is_not_blamed() => Assert.True(Sum(5).Judge(x =>
    {
        Thread.Sleep(2);
        return x.Sum();
    }).IsRight);

    [Fact]
    public void An_exception_is_said_with_the_input_that_brought_it()
    {
        string words = Sum().Judge(x => x.Length == 5 ? throw new FormatException("This is mine.") : x.Sum()).Words;
        Assert.Matches(@"^Your code threw FormatException for \[\d, \d, \d, \d, \d\]: This is mine\.$", words);
    }

    [Fact]
    public void A_recursion_without_end_is_said()
    {
        static int Endless(int[] x)
        {
            // As our engine weaves it into a cell's methods.
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            return 1 + Endless(x);
        }

        Assert.Contains("calls itself without end for [", Sum().Judge(Endless).Words, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stub_is_empty_and_not_wrong()
    {
        Assert.True(Sum().Judge(_ => throw new NotImplementedException()).IsEmpty);
        // Begun, not finished.
        Assert.False(Sum().Judge(x => x.Length > 3 ? throw new NotImplementedException() : x.Sum()).IsEmpty);
    }

    [Fact]
    public void An_input_that_is_changed_is_said_though_the_answer_is_right()
    {
        string words = Sum().Judge(x =>
        {
            int sum = x.Sum();
            x[0] = 99;
            return sum;
        }).Words;
        Assert.StartsWith(
            "The answer is right, but your code changes what it was given ([", words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slip_and_something_else_are_both_said()
    {
        string words = Sum().Judge(x => x is [0, _, _, ..] ? throw new FormatException("Mine.") : x.Length).Words;
        Assert.StartsWith(
            "You count them. Besides: Your code threw FormatException for [0", words, StringComparison.Ordinal);
    }
}
