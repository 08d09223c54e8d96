namespace TransformersFromScratch.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trainer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, "run.safetensors");

    /// <summary>
    /// A model that learns to write a sentence backwards, with dropout, so that every source of randomness is in it.
    /// </summary>
    private sealed class Run
    {
        public Run(
            TrainingOptions options, double rate = 3e-3, float dropout = 0.1f, Func<Run, double>? validation = null,
            int sentences = 16)
        {
            Model = new Transformer(
                new TransformerConfig
                {
                    Vocabulary = 9, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1,
                    Dropout = dropout, Norm = NormPlacement.Pre,
                }, seed: 1);
            Optimizer = new AdamW(Model.Parameters(), rate);
            Trainer = new Trainer(
                Optimizer, step => new BatchLoss(Loss(step.Random, step.Random, sentences), sentences * 5), options,
                validation is null ? null : () => validation(this));
        }

        public Transformer Model { get; }

        public AdamW Optimizer { get; }

        public Trainer Trainer { get; }

        public Tensor Loss(Random random, Random? dropout, int sentences)
        {
            int[][] words =
                [.. Enumerable.Range(0, sentences)
                    .Select(_ => Enumerable.Range(0, 4).Select(_ => random.Next(3, 9)).ToArray())];
            var source = TokenBatch.Of(words, 0);
            var target = TokenBatch.Of([.. words.Select(sentence => (int[])[1, .. sentence.Reverse()])], 0);
            int[] next = [.. words.SelectMany(sentence => (int[])[.. sentence.Reverse(), 2])];
            return Op.CrossEntropy(Model.Forward(source, target, dropout), next, 0.1f);
        }

        public float[] Weights => [.. Model.Parameters().SelectMany(parameter => parameter.Value.Data)];
    }

    [Fact]
    public void A_model_learns_to_write_backwards()
    {
        var run = new Run(
            new TrainingOptions { Steps = 400, Schedule = Schedule.Cosine(1e-2, 20, 400) }, dropout: 0, sentences: 32);
        TrainingResult result = run.Trainer.Run();
        Assert.Equal((TrainingEnd.Finished, 400), (result.End, result.Step));
        Assert.Equal(400, run.Trainer.Losses.Count);
        Assert.InRange(run.Trainer.Losses[0], 1.8, 8);

        int[][] sentences = [[3, 4, 5, 6], [8, 3, 8, 7], [5, 5, 6, 4]];
        Tensor logits = run.Model.Forward(
            TokenBatch.Of(sentences, 0),
            TokenBatch.Of([.. sentences.Select(sentence => (int[])[1, .. sentence.Reverse()])], 0));
        int[] written = [.. logits.Data.Chunk(9).Select(row => Array.IndexOf(row, row.Max()))];
        Assert.Equal([.. sentences.SelectMany(sentence => (int[])[.. sentence.Reverse(), 2])], written);
    }

    [Fact]
    public void A_resumed_run_is_the_run_that_never_stopped_bit_for_bit()
    {
        var options =
            new TrainingOptions { Steps = 20, Schedule = Schedule.Warmup(16, 10), Accumulation = 2, Seed = 5 };
        var whole = new Run(options);
        whole.Trainer.Run();

        var first = new Run(options with { Steps = 8, CheckpointPath = Path });
        first.Trainer.Run();
        var second = new Run(options with { Seed = 77 });
        second.Trainer.Resume(Path);
        Assert.Equal(8, second.Trainer.Step);
        second.Trainer.Run();

        Assert.Equal(whole.Trainer.Losses, second.Trainer.Losses); // Those of the first, too.
        Assert.Equal(whole.Trainer.Tokens, second.Trainer.Tokens);
        Assert.Equal(whole.Weights, second.Weights);
    }

    [Fact]
    public void A_resumed_run_has_the_average_and_the_best_validation_of_the_one_that_never_stopped()
    {
        (Run Run, WeightAverage Average) New(long steps, string? checkpoint)
        {
            var average = new WeightAverage(5);
            double[] validations = [3, 2, 2.5, 2.75, 1, 4];
            var options = new TrainingOptions
            {
                Steps = steps, Seed = 5, Average = average, AverageAt = step => step % 2 == 0, ValidateEvery = 3,
                CheckpointPath = checkpoint, CheckpointEvery = 4,
            };
            return (new Run(options, validation: run => validations[(run.Trainer.Step / 3) - 1]), average);
        }

        var (whole, wholeAverage) = New(18, null);
        TrainingResult expected = whole.Trainer.Run();
        var (first, _) = New(18, Path);
        first.Trainer.Run(until: 11);
        var (second, secondAverage) = New(18, Path);
        second.Trainer.Resume(Path);
        TrainingResult result = second.Trainer.Run();
        Assert.Equal(expected, result);
        Assert.Equal(whole.Trainer.Validations, second.Trainer.Validations);
        Assert.Equal(5, secondAverage.Count);
        Assert.Equal(Mean(whole, wholeAverage), Mean(second, secondAverage));

        static float[] Mean(Run run, WeightAverage average)
        {
            average.CopyTo(run.Model.Parameters());
            return run.Weights;
        }
    }

    [Fact]
    public void A_full_disk_ends_no_run_that_wants_to_go_on_and_the_older_checkpoint_stays()
    {
        var failures = new List<string>();
        var options =
            new TrainingOptions
            {
                Steps = 6, Seed = 5, CheckpointPath = Path, CheckpointEvery = 2,
                CheckpointFailed = e => failures.Add(e.Message)
            };
        bool full = false;
        var run = new Run(
            options with
            {
                Notes = () => full
                ? throw new IOException("Cannot write it: no space left.")
                : new Dictionary<string, string>()
            });
        run.Trainer.Run(until: 3);
        full = true;
        Assert.Equal(TrainingEnd.Finished, run.Trainer.Run().End);
        Assert.Equal(3, failures.Count); // after steps 4 and 6, and once more in the end
        var resumed = new Run(options);
        resumed.Trainer.Resume(Path);
        Assert.Equal(3, resumed.Trainer.Step);
        Assert.Throws<IOException>(
            () => new Run(
                options with { CheckpointFailed = null, Notes = () => throw new IOException() }).Trainer.Run());
    }

    [Fact]
    public void Whatever_ends_a_run_leaves_a_checkpoint_of_its_last_step()
    {
        var run = new Run(new TrainingOptions { Steps = 9, CheckpointPath = Path, ReportEvery = TimeSpan.Zero });
        Assert.Throws<InvalidOperationException>(() => run.Trainer.Run(progress =>
        {
            if (progress.Step == 4) { throw new InvalidOperationException("a console that is gone"); }
        }));
        var resumed = new Run(new TrainingOptions { Steps = 9 });
        resumed.Trainer.Resume(Path);
        Assert.Equal(4, resumed.Trainer.Step);
        Assert.Equal(run.Weights, resumed.Weights);
    }

    [Fact]
    public void A_run_that_looks_at_the_clock_keeps_checkpoints_on_the_way()
    {
        var written = new List<DateTime>();
        new Run(
            new TrainingOptions
            {
                Steps = 3, CheckpointPath = Path, CheckpointAfter = TimeSpan.Zero,
                Notes = () => { written.Add(default); return new Dictionary<string, string>(); }
            }).Trainer.Run();
        Assert.Equal(3, written.Count);
    }

    [Fact]
    public void A_run_that_pauses_is_the_run_that_never_did_bit_for_bit()
    {
        var options = new TrainingOptions { Steps = 12, Schedule = Schedule.Warmup(16, 10), Seed = 5 };
        Run whole = new(options), paused = new(options);
        Assert.Equal(TrainingEnd.Finished, whole.Trainer.Run().End);
        TrainingResult result = paused.Trainer.Run(until: 5);
        Assert.Equal((TrainingEnd.Paused, 5), (result.End, result.Step));
        // Already beyond it.
        Assert.Equal(
            (TrainingEnd.Paused, 5L), paused.Trainer.Run(until: 3) is var again ? (again.End, again.Step) : default);
        result = paused.Trainer.Run(until: 12);
        Assert.Equal((TrainingEnd.Finished, 12), (result.End, result.Step));
        Assert.Equal(whole.Trainer.Losses, paused.Trainer.Losses);
        Assert.Equal(whole.Weights, paused.Weights);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        float[] Weights(int seed)
        {
            var run = new Run(new TrainingOptions { Steps = 5, Seed = seed });
            run.Trainer.Run();
            return run.Weights;
        }

        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void Batches_that_are_accumulated_are_one_large_batch()
    {
        Parameter Learned() => new("w", new Tensor([1, -1], 1, 2) { RequiresGradient = true });
        float[] rows = [1, 2, -3, 4, 0.5f, 6, 7, -8];
        Parameter together = Learned(), apart = Learned();
        Tensor Squares(Parameter w, int first, int count)
        {
            Tensor y = Op.Linear(new Tensor(rows[(2 * first)..(2 * (first + count))], count, 2), w.Value);
            return Op.Sum(Op.Multiply(y, y)) * (1f / count);
        }

        var options = new TrainingOptions { Steps = 3, MaxGradientNorm = 0 };
        new Trainer(new Sgd([together], 0.001), _ => new BatchLoss(Squares(together, 0, 4), 4), options).Run();
        new Trainer(
            new Sgd([apart], 0.001), step => new BatchLoss(Squares(apart, 2 * step.Part, 2), 2),
            options with { Accumulation = 2 }).Run();
        Assert.Equal(together.Value.Data[0], apart.Value.Data[0], 1e-6f);
        Assert.Equal(together.Value.Data[1], apart.Value.Data[1], 1e-6f);
    }

    [Fact]
    public void Training_stops_when_validation_no_longer_improves()
    {
        double[] losses = [3, 2, 2.5, 2.1, 1, 1, 1.5, 0.5];
        int next = 0;
        bool recording = true;
        var run = new Run(
            new TrainingOptions { Steps = 1000, ValidateEvery = 2, Patience = 2, CheckpointPath = Path },
            validation: r =>
            {
                recording = Tape.Recording;
                _ = r.Loss(new Random(1), null, 2);
                return losses[next++];
            });
        TrainingResult result = run.Trainer.Run();
        Assert.Equal(new TrainingResult(TrainingEnd.EarlyStopped, 8, 2, 4), result);
        Assert.False(recording);
        Assert.Equal([(2, 3), (4, 2), (6, 2.5), (8, 2.1)], run.Trainer.Validations);

        // The weights of the best validation lie beside the checkpoint.
        var best = new Run(new TrainingOptions { Steps = 4 });
        best.Trainer.Run();
        SafeTensors file = SafeTensors.Load(System.IO.Path.Combine(_folder, "run.best.safetensors"));
        Assert.Equal(best.Weights, best.Model.Parameters().SelectMany(parameter => file.Tensors[parameter.Name].Data));
        Assert.Throws<ArgumentException>(() => new Run(new TrainingOptions { Steps = 1, Patience = 1 }));
    }

    [Fact]
    public void Cancelling_ends_after_the_step_and_leaves_a_checkpoint()
    {
        using var source = new CancellationTokenSource();
        var run = new Run(new TrainingOptions { Steps = 1000, CheckpointPath = Path, ReportEvery = TimeSpan.Zero });
        TrainingResult result = run.Trainer.Run(
            progress => { if (progress.Step == 3) { source.Cancel(); } }, source.Token);
        Assert.Equal((TrainingEnd.Cancelled, 3), (result.End, result.Step));
        var other = new Run(new TrainingOptions { Steps = 3 });
        other.Trainer.Resume(Path);
        Assert.Equal(run.Weights, other.Weights);
        Assert.Equal(3, other.Trainer.Run().Step);
    }

    [Fact]
    public void Progress_is_reported_and_never_floods()
    {
        var reports = new List<TrainingProgress>();
        new Run(new TrainingOptions { Steps = 30, ReportEvery = TimeSpan.FromDays(1) }).Trainer.Run(reports.Add);
        TrainingProgress last = Assert.Single(reports);
        Assert.Equal((30, 30), (last.Step, last.Steps));
        Assert.True(last is { TokensPerSecond: > 0, GradientNorm: > 0, Loss: > 0, LearningRate: 3e-3 });
        Assert.Contains("30/30", last.ToString(), StringComparison.Ordinal);

        reports.Clear();
        new Run(new TrainingOptions { Steps = 5, ReportEvery = TimeSpan.Zero }).Trainer.Run(reports.Add);
        Assert.Equal([1L, 2, 3, 4, 5], reports.Select(report => report.Step));
    }

    [Fact]
    public void A_report_has_every_loss_and_validation_since_the_last()
    {
        var run = new Run(
            new TrainingOptions { Steps = 9, ValidateEvery = 2, ReportEvery = TimeSpan.FromTicks(1) },
            validation: _ => 1.5);
        var reports = new List<TrainingProgress>();
        run.Trainer.Run(reports.Add);
        Assert.Equal(run.Trainer.Losses, reports.SelectMany(report => report.Losses));
        Assert.Equal(run.Trainer.Validations, reports.SelectMany(report => report.Validations));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(1001)]
    public void The_curve_that_is_left_depends_on_the_losses_and_not_on_when_they_were_reported(int steps)
    {
        float[] losses = [.. Enumerable.Range(1, steps).Select(i => 5f / i)];
        string Drawn(params int[] reported)
        {
            using var display = new TrainingDisplay("curve");
            int from = 0;
            foreach (int to in reported)
            {
                display.Report(new TrainingProgress(to, steps, 0, 0, 0, 0, 2)
                {
                    Losses = losses[from..to],
                    Validations =
                        [.. Enumerable.Range(from + 1, to - from).Where(i => i % 10 == 0)
                            .Select(i => ((long)i, 2.0 / i))],
                });
                from = to;
            }

            Figure curve = display.Curve(steps, steps);
            return curve + curve.ToSvg();
        }

        string once = Drawn(steps);
        Assert.Contains($"step {steps:N0} of {steps:N0}", once, StringComparison.Ordinal);
        Assert.Equal(once, Drawn([.. Enumerable.Range(1, steps)]));
        Assert.Equal(once, Drawn(7, 8, 25, steps));
        Assert.Throws<ArgumentException>(
            () => new TrainingDisplay("empty").Report(new TrainingProgress(1, 2, 0, 0, 0, 0, null)));
    }

    [Fact]
    public void A_poisoned_parameter_is_named()
    {
        var run = new Run(new TrainingOptions { Steps = 10 });
        run.Model.Decoder[0].FeedForward.Inner.Weight.Data[5] = float.NaN;
        var error = Assert.Throws<DivergenceException>(() => run.Trainer.Run());
        Assert.Equal(1, error.Step);
        Assert.Contains(
            "NaN at number 5 of parameter 'decoder.layers.0.feed_forward.inner.weight'", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("learning rate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_overflows_is_named_with_its_layer_and_the_weights_stay_finite()
    {
        var run = new Run(new TrainingOptions { Steps = 10 });
        run.Model.Encoder[0].FeedForward.Inner.Bias!.Data.AsSpan().Fill(3e38f);
        run.Model.Encoder[0].FeedForward.Outer.Weight.Data.AsSpan().Fill(9);
        var error = Assert.Throws<DivergenceException>(() => run.Trainer.Run());
        Assert.Contains("infinity", error.Where, StringComparison.Ordinal);
        Assert.Contains(
            "'linear' with encoder.layers.0.feed_forward.outer.weight", error.Where, StringComparison.Ordinal);
        Assert.All(run.Weights, weight => Assert.True(float.IsFinite(weight)));
    }

    [Fact]
    public void A_gradient_that_overflows_is_named_before_it_does_harm()
    {
        Parameter w = new("layer.w", new Tensor([1e-30f], 1) { RequiresGradient = true });
        Tensor Loss()
        {
            Tensor x = w.Value;
            for (int i = 0; i < 3; i++) { x *= 1e20f; } // The value is 1e30; the slope 1e60 is not a float.
            return Op.Sum(x);
        }

        var error = Assert.Throws<DivergenceException>(() => new Trainer(
            new Sgd([w], 1), _ => new BatchLoss(Loss(), 1), new TrainingOptions { Steps = 1 }).Run());
        Assert.Contains("gradient of 'layer.w'", error.Where, StringComparison.Ordinal);
        Assert.Equal(1e-30f, w.Value.Data[0]);
    }

    [Fact]
    public void A_checkpoint_that_does_not_fit_is_refused_and_changes_nothing()
    {
        var run = new Run(new TrainingOptions { Steps = 2, CheckpointPath = Path });
        run.Trainer.Run();
        var fresh = new Run(new TrainingOptions { Steps = 2 });
        float[] before = fresh.Weights;

        SafeTensors file = SafeTensors.Load(Path);
        Parameter[] tensors = [.. file.Tensors.Select(tensor => new Parameter(tensor.Key, tensor.Value))];
        (string Key, string Value)[] broken =
        [
            ("step", "x"), ("step", "-1"), ("step", "3"), ("step", "1"), ("step", "99999999999999999999"),
            ("random", "x"), ("random", "\u001B" + new string('0', 63)),
            ("best_validation", "x"), ("best_validation", "NaN"), ("best_step", "-1"), ("best_step", "3"),
            ("waited", "x"), ("waited", "-1"), ("averaged", "1"), ("validations", "1"),
        ];
        foreach (var (key, value) in broken)
        {
            var metadata = new Dictionary<string, string>(file.Metadata) { [key] = value };
            SafeTensors.Save(Path, tensors, metadata);
            string message = Assert.Throws<InvalidDataException>(() => fresh.Trainer.Resume(Path)).Message;
            Assert.Contains("damaged", message, StringComparison.Ordinal);
            Assert.DoesNotContain(message, char.IsControl);
        }

        Assert.Equal(0, fresh.Trainer.Step);
        // Without the optimiser's memory.
        SafeTensors.Save(
            Path, tensors.Where(tensor => !tensor.Name.StartsWith("optimizer", StringComparison.Ordinal)),
            file.Metadata);
        Assert.Contains(
            "optimizer.mean", Assert.Throws<InvalidDataException>(() => fresh.Trainer.Resume(Path)).Message,
            StringComparison.Ordinal);
        tensors[^3].Value.Data[0] = float.NaN;
        SafeTensors.Save(Path, tensors, file.Metadata);
        Assert.Contains(
            "NaN or infinity", Assert.Throws<InvalidDataException>(() => fresh.Trainer.Resume(Path)).Message,
            StringComparison.Ordinal);
        SafeTensors.Save(Path, run.Model.Parameters());
        Assert.Contains(
            "no checkpoint", Assert.Throws<InvalidDataException>(() => fresh.Trainer.Resume(Path)).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, fresh.Weights);
    }
}
