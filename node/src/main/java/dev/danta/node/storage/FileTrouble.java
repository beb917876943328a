package dev.danta.node.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in a few words why a file could not be used; the messages of the JDK's exceptions are often only its name. */
final class FileTrouble {
    private FileTrouble() {}

    static String reason(IOException trouble) {
        if (trouble instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (trouble instanceof FileAlreadyExistsException || trouble instanceof NotDirectoryException) {
            return "a file stands in its place";
        }
        if (trouble instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (trouble instanceof FileSystemException detailed && detailed.getReason() != null) {
            return detailed.getReason();
        }
        return String.valueOf(trouble.getMessage());
    }
}
