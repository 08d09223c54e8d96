using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks;

/// <summary>Runs the pieces of a cell one after the other: directives, files that it loads, and code.</summary>
internal sealed class CellRunner : IInteractiveEngine
{
    private static readonly AsyncLocal<bool> s_nested = new();

    private readonly Submissions _submissions;
    private readonly Loading _loading;
    private readonly Directives _directives;
    private readonly InteractivePackages _packages;

    public CellRunner(EngineOptions options, SessionContext context, References references, Submissions submissions)
    {
        _submissions = submissions;
        _loading = new Loading(references, submissions, options);
        _directives = new Directives(submissions, references);
        _packages = new InteractivePackages(context, references, submissions);
    }

    IReadOnlyList<(string Name, Type Type, object? Value)> IInteractiveEngine.Variables => _submissions.Variables();

    /// <summary>Runs code to its end; returns the error that ended it, or null.</summary>
    /// <remarks>
    /// It awaits only in a browser (<see cref="StartAsync"/>); elsewhere it has ended when it returns.
    /// </remarks>
    public async Task<ErrorOutput?> RunAsync(CodePlace place, CellScope scope)
    {
        long start = Stopwatch.GetTimestamp();
        scope.Interactive = _packages.Bridge;
        bool timed = false;
        IReadOnlyList<CellPart> parts = place.Parts();
        for (int i = 0; i < parts.Count; i++)
        {
            scope.Cancellation.ThrowIfCancellationRequested();
            ErrorOutput? error = null;
            switch (parts[i])
            {
                case CellPart.Reference package when Loading.IsPackage(package):
                    CellPart.Reference[] together = [.. parts.Skip(i).TakeWhile(IsPackage).Cast<CellPart.Reference>()];
                    error = await AddPackagesAsync(together, place, scope).ConfigureAwait(true);
                    i += together.Length - 1;
                    break;
                case CellPart.Reference file:
                    _loading.AddFile(file, place);
                    Join(file.Line, $"#r \"{file.Argument}\"", place, scope);
                    break;
                case CellPart.PackageSource source: _loading.AddSource(source, place); break;
                case CellPart.Import import:
                    error = await RunAllAsync(place.Load(import), scope).ConfigureAwait(true);
                    break;
                case CellPart.Command { Name: "time" }: timed = true; break;
                case CellPart.Command command:
                    error = _directives.CarryOut(command, place, scope) is { } code
                        ? await RunCodeAsync(code, place, scope).ConfigureAwait(true) : null;
                    break;
                case CellPart.Code piece:
                    error = await RunCodeAsync(piece.Text, place, scope).ConfigureAwait(true);
                    break;
            }

            if (error is not null) { return error; }
        }

        if (timed) { scope.Print("stdout", $"Wall time: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms\n"); }
        return null;

        static bool IsPackage(CellPart part) => part is CellPart.Reference reference && Loading.IsPackage(reference);
    }

    void IInteractiveEngine.Publish(CellEvent happened)
    {
        CellScope? scope = CellScope.Current ?? CellScope.Latest;
        if (happened is CellEvent.Stream printed) { scope?.Print(printed.Name, printed.Text); }
        else { scope?.Publish(happened); }
    }

    MimeBundle IInteractiveEngine.Format(object? value) => Showing.Format(value);

    void IInteractiveEngine.SetVariable(string name, object? value) =>
        ((IInteractiveEngine)this).RunCode(Directives.Assignment(name, value));

    ErrorOutput? IInteractiveEngine.RunCode(string code)
    {
        CellScope scope = CellScope.Current ?? CellScope.Latest!;
        s_nested.Value = true; // in the cell that has sent it, and so in that one's context
        return RunAsync(scope.Cell with { Source = code }, scope).GetAwaiter().GetResult();
    }

    Task<string> IInteractiveEngine.AskAsync(string prompt, bool password) => password
        ? Microsoft.DotNet.Interactive.Kernel.GetPasswordAsync(prompt)
        : Microsoft.DotNet.Interactive.Kernel.GetInputAsync(prompt);

    private async Task<ErrorOutput?> RunAllAsync(IEnumerable<CodePlace> places, CellScope scope)
    {
        foreach (CodePlace place in places)
        {
            if (await RunAsync(place, scope).ConfigureAwait(true) is { } error) { return error; }
        }

        return null;
    }

    /// <summary>Packages, and what they want to be done when a kernel loads them.</summary>
    private async Task<ErrorOutput?> AddPackagesAsync(CellPart.Reference[] lines, CodePlace place, CellScope scope)
    {
        IReadOnlyList<RestoredPackage> added = _loading.AddPackages(lines, place, scope.Cancellation);
        string line = string.Join(" ", lines.Select(one => $"#r \"{one.Argument}\""));
        Join(lines[0].Line, line, place, scope);
        foreach (var (file, script) in _packages.ExtensionsOf(added).ToArray())
        {
            ErrorOutput? error = file is not null
                ? LoadExtension(file, lines[0].Line, line, place, scope)
                : await RunAllAsync(place.Load(new CellPart.Import(lines[0].Line, script!)), scope)
                    .ConfigureAwait(true);
            if (error is not null) { return error; }
        }

        return null;
    }

    private ErrorOutput? LoadExtension(string file, int at, string line, CodePlace place, CellScope scope)
    {
        if (_packages.Bridge is null) { BringPackages(at, place, scope); }

        try
        {
            return _packages.Bridge!.Run("", scope.Cancellation, () =>
            {
                _packages.Bridge.LoadExtensions(_packages.Load(file));
                return null;
            });
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw place.At(
                at, line, $"The extension {Path.GetFileName(file)} could not be loaded: " +
                $"{problem.GetBaseException().GetType().Name}: {problem.GetBaseException().Message}");
        }
    }

    private void BringPackages(int at, CodePlace place, CellScope scope)
    {
        _loading.AddPackages([new CellPart.Reference(at, InteractivePackages.Package)], place, scope.Cancellation);
        Join(at, InteractivePackages.Package, place, scope);
    }

    private void Join(int at, string line, CodePlace place, CellScope scope)
    {
        try { _packages.Join(this); }
        catch (InvalidOperationException problem) { throw place.At(at, line, problem.Message); }

        scope.Interactive = _packages.Bridge;
    }

    private async Task<ErrorOutput?> RunCodeAsync(string text, CodePlace place, CellScope scope)
    {
        Submission submission = _submissions.Compile(text, place.Name, scope.Cancellation);
        if (scope.Options.WhyNoPackages is null && _packages.WouldHelp(submission, text))
        {
            BringPackages(0, place, scope);
            submission = _submissions.Compile(text, place.Name, scope.Cancellation);
        }

        if (submission.Errors.Count > 0) { return CompileError.From(submission.Errors, place); }

        return _packages.Bridge is { } bridge && !s_nested.Value
            ? bridge.Run(
                text, scope.Cancellation, () => StartAsync(submission, place, scope).GetAwaiter().GetResult())
            : await StartAsync(submission, place, scope).ConfigureAwait(true);
    }

    private async Task<ErrorOutput?> StartAsync(Submission submission, CodePlace place, CellScope scope)
    {
        try
        {
            // What follows its awaits comes through CellContext. In a browser it comes on this very thread, so the
            // thread must not wait for it.
            Task<object?> running = _submissions.Start(submission);
            object? value = OperatingSystem.IsBrowser() ? await running.ConfigureAwait(true)
                : running.GetAwaiter().GetResult();

            // display(x) as a last expression has shown x already; its handle is not shown as well.
            if (value?.GetType().Name != nameof(Microsoft.DotNet.Interactive.DisplayedValue)
                && EndsInAValue(submission.Compilation))
            {
                scope.Publish(new CellEvent.Result(Showing.Format(value)));
            }

            return null;
        }
        catch (Exception problem) { return RuntimeError.From(problem, place); }
    }

    /// <summary>
    /// Whether the cell's last statement is an expression without a semicolon, and not one of type void.
    /// </summary>
    private static bool EndsInAValue(Compilation compilation)
    {
        SyntaxTree tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax
        {
            Members: [..,
            GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }]
        }
            && compilation.GetSemanticModel(tree)
                .GetTypeInfo(last.Expression).Type is not { SpecialType: SpecialType.System_Void };
    }
}
