using System.CommandLine;
namespace Course;
internal static class DoctorCommand { public static Command Create() => new("doctor", "todo"); }
