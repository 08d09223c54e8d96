using System.Runtime.InteropServices;

namespace Shared;

/// <summary>What a path leads to, links followed: .NET itself does not tell a device or a pipe from a file.</summary>
internal readonly record struct FileKind
{
    private const int TypeBits = 0xF000, RegularFile = 0x8000, Folder = 0x4000, WriteBits = 0x92, MayWrite = 2;
    private readonly Status _status;

    private FileKind(bool exists, bool isFolder, bool isSpecial, bool isReadOnly, Status status) =>
        (Exists, IsFolder, IsSpecial, IsReadOnly, _status) = (exists, isFolder, isSpecial, isReadOnly, status);

    public bool Exists { get; }

    public bool IsFolder { get; }

    /// <summary>
    /// A device, a pipe, a socket, an open file of a process: it cannot be replaced, only written to.
    /// </summary>
    public bool IsSpecial { get; }

    /// <summary>
    /// A file that nobody may write to, or this process may not. (A rename would replace it all the same.)
    /// </summary>
    public bool IsReadOnly { get; }

    public UnixFileMode Mode => (UnixFileMode)(_status.Mode & 0xFFF);

    public static FileKind Of(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // NUL and COM1 become so, a pipe is so.
            bool device = Path.GetFullPath(path).StartsWith(@"\\.\", StringComparison.Ordinal);
            bool readOnly = !device && File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly);
            return new FileKind(device || Path.Exists(path), Directory.Exists(path), device, readOnly, default);
        }

        if (Stat(path, out Status status) != 0) { return default; }

        int type = status.Mode & TypeBits;
        bool open = path.StartsWith("/dev/fd/", StringComparison.Ordinal)
            || path.StartsWith("/proc/", StringComparison.Ordinal);
        bool special = type is not (RegularFile or Folder) || (open && type == RegularFile);
        return new FileKind(
            true, type == Folder, special, (status.Mode & WriteBits) == 0 || Access(path, MayWrite) != 0, status);
    }

    /// <summary>
    /// The stream of this process that a path names: one opened anew would begin at the start of what a shell has
    /// redirected it to.
    /// </summary>
    public static Stream? StandardStream(string path) => OperatingSystem.IsWindows() ? null : path switch
    {
        "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" => Console.OpenStandardOutput(),
        "/dev/stderr" or "/dev/fd/2" or "/proc/self/fd/2" => Console.OpenStandardError(),
        _ => null,
    };

    /// <summary>Gives a file the owner and group of this one, where that is allowed.</summary>
    public void GiveOwner(string path) => _ = Chown(path, _status.Owner, _status.Group);

    // The runtime's own library has the same layout on every Unix, which the C library's stat has not.
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out Status status);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Access")]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport("libc", EntryPoint = "chown")]
    private static extern int Chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private readonly record struct Status
    {
        public readonly int Flags, Mode;
        public readonly uint Owner, Group;
    }
}
