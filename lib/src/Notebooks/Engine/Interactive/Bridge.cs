// Not compiled with this project: the engine compiles it in a session that has .NET Interactive's packages.
extern alias engine; // which has a Kernel of its own

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.Utility;
using Microsoft.DotNet.Interactive.ValueSharing;
using engine::Notebooks;
using Formatter = Microsoft.DotNet.Interactive.Formatting.Formatter;

/// <summary>The running cell as .NET Interactive knows it: a command that a kernel named csharp handles.</summary>
public sealed class Bridge : IInteractive
{
    private readonly IInteractiveEngine _engine;
    private readonly CompositeKernel _root = new(".NET");
    private readonly CellKernel _kernel;
    private readonly HashSet<string> _displayed = new();

    private Bridge(IInteractiveEngine engine)
    {
        _engine = engine;
        _kernel = new CellKernel(engine);
        _root.Add(_kernel, new[] { "c#", "C#" });
        _root.DefaultKernelName = _kernel.Name;
        // The packages take over the console with their first command, and keep it; the engine's own capture stays.
        TextWriter output = Console.Out, errors = Console.Error;
        ConsoleOutput.Subscribe(_ => new Nothing());
        Console.SetOut(output);
        Console.SetError(errors);
    }

    public static IInteractive Make(IInteractiveEngine engine) => new Bridge(engine);

    public MimeBundle? Format(object value)
    {
        Type type = value.GetType();
        bool isTheirs = value is IHtmlContent
            || type.Assembly.GetName().Name!.StartsWith("Microsoft.DotNet.Interactive", StringComparison.Ordinal);
        string usual = value is string ? PlainTextFormatter.MimeType : Formatter.DefaultMimeType;
        IReadOnlyCollection<string> preferred = Formatter.GetPreferredMimeTypesFor(type);
        bool isChosen = !preferred.SequenceEqual(new[] { usual }) && !HasItsOwn(type);
        bool isRegistered = Formatter.RegisteredFormatters(includeDefaults: false)
            .Any(formatter => preferred.Contains(formatter.MimeType) && Fits(formatter.Type, type));
        if (!isTheirs && !isChosen && !isRegistered) { return null; }

        return BundleOf(FormattedValue.CreateManyFromObject(value));
    }

    public ErrorOutput? Run(string code, CancellationToken cancellation, Func<ErrorOutput?> body)
    {
        var command = new SubmitCode(code, _kernel.Name);
        using KernelInvocationContext context = KernelInvocationContext.GetOrCreateAmbientContext(command);
        SetHandlingKernel(context, _kernel);
        using (cancellation.Register(() => Cancel(context)))
        using (context.KernelEvents.Subscribe(new Listener(this)))
        {
            ErrorOutput? error = body();
            if (error is null) { context.Complete(command); }
            else { context.Fail(command, message: error.Message); }

            return error;
        }
    }

    public IReadOnlyList<string> LoadExtensions(Assembly assembly)
    {
        var loaded = new List<string>();
        foreach (Type type in assembly.ExportedTypes.Where(type => !type.IsAbstract && !type.IsGenericTypeDefinition
            && typeof(IKernelExtension).IsAssignableFrom(type)))
        {
            ((IKernelExtension)Activator.CreateInstance(type)!).OnLoadAsync(_root).GetAwaiter().GetResult();
            loaded.Add(type.Name);
        }

        return loaded;
    }

    /// <summary>Whether the type brings its own formatters by the convention that the engine honours itself.</summary>
    private static bool HasItsOwn(Type type) => type.GetCustomAttributes(inherit: true)
        .Any(attribute => attribute.GetType().Name == nameof(TypeFormatterSourceAttribute));

    private static bool Fits(Type registered, Type type) => registered.IsAssignableFrom(type)
        || (registered.IsGenericTypeDefinition && type.GetInterfaces().Prepend(type).Concat(Bases(type))
            .Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == registered));

    private static IEnumerable<Type> Bases(Type type)
    {
        for (Type? above = type.BaseType; above is not null; above = above.BaseType) { yield return above; }
    }

    private static MimeBundle BundleOf(IEnumerable<FormattedValue> values) =>
        new(values.Where(value => !value.SuppressDisplay).Select(value => (value.MimeType, value.Value)));

    private void Heard(KernelEvent happened)
    {
        switch (happened)
        {
            case DisplayedValueProduced shown:
                string id = shown.ValueId ?? Guid.NewGuid().ToString("N");
                _displayed.Add(id);
                _engine.Publish(new CellEvent.Display(BundleOf(shown), id));
                break;
            // display(x) gives a handle with another id than the one shown: its first update is shown below.
            case DisplayedValueUpdated shown when _displayed.Add(shown.ValueId):
                _engine.Publish(new CellEvent.Display(BundleOf(shown), shown.ValueId));
                break;
            case DisplayedValueUpdated shown:
                _engine.Publish(new CellEvent.UpdateDisplay(BundleOf(shown), shown.ValueId));
                break;
            case ReturnValueProduced shown: _engine.Publish(new CellEvent.Result(BundleOf(shown))); break;
            case StandardOutputValueProduced printed: Print("stdout", printed); break;
            case StandardErrorValueProduced printed: Print("stderr", printed); break;
            case ErrorProduced problem: _engine.Publish(new CellEvent.Stream("stderr", problem.Message + "\n")); break;
        }
    }

    private void Print(string stream, DisplayEvent printed) => _engine.Publish(new CellEvent.Stream(
        stream, string.Concat(printed.FormattedValues.Take(1).Select(value => value.Value))));

    /// <summary>
    /// As the packages have formatted it where they were told how; as the engine does where they have only fallen back
    /// on their own way to show anything.
    /// </summary>
    private MimeBundle BundleOf(DisplayEvent shown)
    {
        MimeBundle theirs = BundleOf(shown.FormattedValues);
        if (shown.Value is not { } value) { return theirs; }

        string usual = value is string ? PlainTextFormatter.MimeType : Formatter.DefaultMimeType;
        bool isUsual = theirs.MimeTypes.SequenceEqual(new[] { usual });
        return !isUsual || value is string ? theirs : _engine.Format(value);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_HandlingKernel")]
    private static extern void SetHandlingKernel(KernelInvocationContext context, Kernel kernel);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Cancel")]
    private static extern void Cancel(KernelInvocationContext context);

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }

    private sealed class Listener(Bridge bridge) : IObserver<KernelEvent>
    {
        public void OnNext(KernelEvent happened) => bridge.Heard(happened);

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }

    /// <summary>The C# cells, for code that sends commands to a kernel.</summary>
    private sealed class CellKernel : Kernel, IKernelCommandHandler<SubmitCode>, IKernelCommandHandler<RequestInput>,
        IKernelCommandHandler<RequestValue>, IKernelCommandHandler<RequestValueInfos>, IKernelCommandHandler<SendValue>
    {
        private readonly IInteractiveEngine _engine;

        public CellKernel(IInteractiveEngine engine) : base("csharp")
        {
            _engine = engine;
            KernelInfo.LanguageName = "C#";
            KernelInfo.DisplayName = "csharp - C# Script";
        }

        public Task HandleAsync(SubmitCode command, KernelInvocationContext context)
        {
            if (_engine.RunCode(command.Code) is { } error) { context.Fail(command, message: error.Message); }
            return Task.CompletedTask;
        }

        public async Task HandleAsync(RequestInput command, KernelInvocationContext context) => context.Publish(
            new InputProduced(
                await _engine.AskAsync(command.Prompt, command.InputTypeHint == "password"), command));

        public Task HandleAsync(RequestValue command, KernelInvocationContext context)
        {
            var found = _engine.Variables.Where(variable => variable.Name == command.Name).Take(1).ToArray();
            if (found.Length == 0)
            {
                context.Fail(command, message: $"There is no variable '{command.Name}'.");
            }
            else
            {
                context.Publish(new ValueProduced(
                    found[0].Value, command.Name,
                    new FormattedValue(command.MimeType, found[0].Value.ToDisplayString(command.MimeType)), command));
            }

            return Task.CompletedTask;
        }

        public Task HandleAsync(RequestValueInfos command, KernelInvocationContext context)
        {
            context.Publish(new ValueInfosProduced(
                _engine.Variables.Select(variable => new KernelValueInfo(
                    variable.Name, FormattedValue.CreateSingleFromObject(variable.Value, command.MimeType),
                    variable.Type)).ToArray(), command));
            return Task.CompletedTask;
        }

        public Task HandleAsync(SendValue command, KernelInvocationContext context)
        {
            _engine.SetVariable(command.Name, command.Value ?? command.FormattedValue?.Value);
            return Task.CompletedTask;
        }
    }
}
