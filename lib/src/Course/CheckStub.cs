using System.CommandLine;
namespace Course;
internal static class CheckCommand { public static Command Create() => new("check", "todo"); }
