using System.CommandLine;
namespace Course;
internal static class KernelCommand { public static Command Create() => new("kernel", "todo"); }
