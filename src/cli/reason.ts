/** Why the file system refuses something, in words. */
export function reasonOf(code: string, message: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "that is not allowed here";
    case "ENOENT":
      return "its folder does not exist and cannot be made";
    case "EISDIR":
      return "it is a folder";
    case "ENOTDIR":
    case "EEXIST":
      return "a part of its path is a file and no folder";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "ENAMETOOLONG":
      return "its name is too long";
    default:
      return message;
  }
}
