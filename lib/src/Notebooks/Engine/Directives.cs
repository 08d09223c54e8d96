using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Notebooks;

/// <summary>Carries out the directives of a session that begin with #!, except for #!import.</summary>
internal sealed partial class Directives(Submissions submissions, References references)
{
    private readonly Dictionary<string, string> _values = []; // of #!value

    /// <summary>Does what a directive says; returns code to run in its place, or null.</summary>
    /// <exception cref="CellException">It cannot be done; the message says why.</exception>
    public string? CarryOut(CellPart.Command command, CodePlace place, CellScope scope)
    {
        switch (command.Name)
        {
            case "markdown": Show(scope, Formatter.Format(new MarkdownContent(command.Text))); return null;
            case "html": Show(scope, Formatter.Format(new HtmlContent(command.Text))); return null;
            case "javascript":
                Show(scope, new MimeBundle(
                    ("text/html", $"<script type=\"text/javascript\">{command.Text}</script>"),
                    ("text/plain", "A script, which runs where the page lets scripts run.")));
                return null;
            case "about": Show(scope, Formatter.Plain(About())); return null;
            case "lsmagic": Show(scope, Formatter.Plain(ListOfDirectives())); return null;
            case "who":
                Show(scope, Formatter.Plain(
                    string.Join('\n', submissions.Variables().Select(variable => variable.Name))));
                return null;
            case "whos": Show(scope, VariableTable()); return null;
            case "value": Keep(command, place, scope); return null;
            case "set": return Set(command, place);
            case "share": return Share(command, place);
            default: return null; // csharp; time is the engine's
        }
    }

    private static void Show(CellScope scope, MimeBundle data) =>
        scope.Publish(new CellEvent.Display(data, Guid.NewGuid().ToString("N")));

    private string About()
    {
        string packages = string.Join(", ", references.Packages.Select(package => $"{package.Name} {package.Version}"));
        Version? kernel = typeof(Directives).Assembly.GetName().Version;
        Version? compiler = typeof(CSharpCompilation).Assembly.GetName().Version;
        return $"""
            A C# kernel for notebooks in the dialect of .NET Interactive
            kernel:   Notebooks {kernel}, process {Environment.ProcessId}
            compiler: Roslyn {compiler}, C# {LanguageVersion.Preview.MapSpecifiedToEffectiveVersion().ToDisplayString()}
            runtime:  {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}
            packages: {(packages.Length == 0 ? "none" : packages)}
            """;
    }

    private static string ListOfDirectives() => string.Join(
        '\n',
        new[]
        {
            ("#r \"file.dll\"", "refers to an assembly"),
            ("#r \"nuget: Package, version\"", "refers to a package; without a version, to the newest"),
            ("#i \"nuget: source\"", "adds a place that packages come from: an address or a folder"),
            ("#load \"file.cs\"", "runs a .cs, .csx, .dib or .ipynb file here"),
        }
        .Concat(CellSource.Commands.Select(command => ("#!" + command.Key, command.Value)))
        .Select(row => $"{row.Item1,-31} {row.Item2}"));

    private MimeBundle VariableTable() => TextTable.Of(
        ["Variable", "Type", "Value"],
        submissions.Variables().Select(
            variable => new[] { variable.Name, Formatter.NameOf(variable.Type), Formatter.Brief(variable.Value) }))
        .ToBundle();

    private void Keep(CellPart.Command command, CodePlace place, CellScope scope)
    {
        var options = OptionsOf(command.Arguments);
        string name = NameIn(options, "name", command, place);
        string text = command.Text;
        if (options.TryGetValue("from-file", out string? file))
        {
            try { text = File.ReadAllText(Path.GetFullPath(file, place.Folder)); }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                throw Problem(command, place, $"The file {file} cannot be read: {problem.Message}");
            }
        }
        else if (options.ContainsKey("from-url") || options.ContainsKey("from-value"))
        {
            throw Problem(
                command, place, "Only --from-file and the text below the line can be kept here. In C#: " +
                $"var {name} = await new System.Net.Http.HttpClient().GetStringAsync(\"…\");");
        }

        _values[name] = text;
        Show(scope, new MimeBundle((options.GetValueOrDefault("mime-type", "text/plain"), text)));
    }

    private string Set(CellPart.Command command, CodePlace place)
    {
        var options = OptionsOf(command.Arguments);
        string name = NameIn(options, "name", command, place);
        if (!options.TryGetValue("value", out string? value))
        {
            throw Problem(
                command, place, "#!set needs a name and a value: #!set --name x --value @csharp:y, or --value text.");
        }

        // Text, even if it looks like a number: so has .NET Interactive it.
        if (!value.StartsWith('@')) { return $"var {name} = {Quoted(value)};"; }

        string[] parts = value[1..].Split(':', 2);
        string from = parts[0], what = parts is [_, var rest] ? rest.Trim('"') : "";
        return from switch
        {
            "input" => $"var {name} = await GetInputAsync({Quoted(what)});",
            "password" => $"var {name} = await GetPasswordAsync({Quoted(what)});",
            _ when parts.Length == 1 => Alias(name, "csharp", from, command, place),
            _ => Alias(name, from, what, command, place),
        };
    }

    private string? Share(CellPart.Command command, CodePlace place)
    {
        var options = OptionsOf(command.Arguments);
        string from = options.GetValueOrDefault("from", "csharp"), what = NameIn(options, "", command, place);
        string name = options.GetValueOrDefault("as", what);
        return from == "csharp" && name == what && Exists(what) ? null // it is there already
            : Alias(Checked(name, command, place), from, what, command, place);
    }

    private string Alias(
        string name, string from, string what, CellPart.Command command, CodePlace place) => from switch
        {
            "csharp" or "c#" or "C#" when Exists(what) => $"var {name} = {what};",
            "value" when _values.TryGetValue(what, out string? text) => $"var {name} = {Quoted(text)};",
            "csharp" or "c#" or "C#" => throw Problem(
                command, place, $"There is no variable '{what}' yet. Run the cell that declares it."),
            "value" => throw Problem(
                command, place, $"No #!value has kept a text under the name '{what}' yet. Run its cell first."),
            _ => throw Problem(
                command, place, $"There is no kernel '{from}' here. Values come from C# cells (csharp) and from " +
                    "#!value (value)."),
        };

    private bool Exists(string name) => submissions.Variables().Any(variable => variable.Name == name);

    /// <summary>C# that gives a variable a value: a number, a truth value or text.</summary>
    public static string Assignment(string name, object? value) => value switch
    {
        null => $"object {name} = null;",
        bool truth => $"var {name} = {(truth ? "true" : "false")};",
        int or double => $"var {name} = {Literal(Formatter.Brief(value))};",
        _ => $"var {name} = {Quoted(value.ToString() ?? "")};",
    };

    /// <summary>A number or a truth value as C# writes it; anything else is text.</summary>
    private static string Literal(string value) => Number().IsMatch(value) || value is "true" or "false"
        ? value : Quoted(value);

    private static string Quoted(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static string NameIn(
        Dictionary<string, string> options, string key, CellPart.Command command, CodePlace place) =>
        Checked(
            options.GetValueOrDefault(key)
                ?? throw Problem(
                    command, place, $"#!{command.Name} needs a name: {CellSource.Commands[command.Name]}"),
            command, place);

    private static string Checked(string name, CellPart.Command command, CodePlace place) =>
        SyntaxFacts.IsValidIdentifier(name) ? name
            : throw Problem(command, place, $"'{name}' is no name of a C# variable: letters, digits and _ only.");

    /// <summary>--name value pairs; what has no name stands under "".</summary>
    private static Dictionary<string, string> OptionsOf(string arguments)
    {
        var options = new Dictionary<string, string>();
        string name = "";
        foreach (Match word in Word().Matches(arguments))
        {
            string text = word.Value;
            if (text.StartsWith("--", StringComparison.Ordinal))
            {
                options[name = text[2..]] = "";
                continue;
            }

            options[name] = text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
            name = "";
        }

        return options;
    }

    private static CellException Problem(CellPart.Command command, CodePlace place, string message) =>
        place.At(command.Line, $"#!{command.Name} {command.Arguments}".TrimEnd(), message);

    // @input:"What now?" is one word, as are { … } and anything in quotes.
    [GeneratedRegex("""--[\w-]+|\{.*\}|\[.*\]|@\w+:"[^"]*"|"[^"]*"|'[^']*'|\S+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"^-?\d+(\.\d+)?$")]
    private static partial Regex Number();
}
