/** The reason for an error of the file system, as a part of a sentence. */
export function reasonOf(code: string, message: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "permission denied";
    case "ENOENT":
      return "its folder does not exist and cannot be created";
    case "EISDIR":
      return "it is a folder";
    case "ENOTDIR":
    case "EEXIST":
      return "a part of its path is a file, not a folder";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "ENAMETOOLONG":
      return "its name is too long";
    default:
      return message;
  }
}
