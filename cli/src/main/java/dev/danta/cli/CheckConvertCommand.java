package dev.danta.cli;

import dev.danta.check.history.HistoryConversion;
import dev.danta.check.history.HistoryFormat;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.history.HistoryWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a history in another format. */
@Command(
        name = "convert",
        description = "Writes a history in another format, event by event. What options say of it goes into the header,"
                + " which only JSON Lines have.")
final class CheckConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SubjectOptions subject = new SubjectOptions();

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            converter = FormatConverter.class,
            description = "jsonl, json (an array) or edn. Default: what the name of OUT ends with, else jsonl.")
    private @Nullable HistoryFormat to;

    @Option(
            names = "--out",
            paramLabel = "OUT",
            description = "Where to, compressed if named .gz (default: standard output).")
    private @Nullable Path out;

    @Parameters(arity = "1", paramLabel = "FILE", description = "A history; - is standard input.")
    private String file = HistoryFiles.STDIN;

    private static final class FormatConverter extends WordConverter<HistoryFormat> {
        FormatConverter() {
            super(CheckConvertCommand::format);
        }
    }

    private static HistoryFormat format(String word) {
        for (HistoryFormat format : HistoryFormat.values()) {
            if (format.label().equalsIgnoreCase(word)) {
                return format;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is none of jsonl, json, edn");
    }

    @Override
    public Integer call() {
        return HistoryFiles.read(file, this::convert);
    }

    private int convert(HistoryInput input) throws IOException {
        HistoryHeader header = subject.header(input.header().orElse(null));
        HistoryFormat format = format();
        HistoryConversion.Converted converted;
        if (out == null) {
            OutputStream stream = new BufferedOutputStream(System.out);
            converted = HistoryConversion.convert(input, stream, format, header);
            stream.flush();
        } else {
            converted = written(input, out, format, header);
            PrintWriter said = spec.commandLine().getOut();
            said.printf("%s: %,d events, %s%n", out, converted.events(), format.title());
            said.flush();
        }
        converted.tornLine().ifPresent(line -> note(file + " breaks off at line " + line + ", the rest is used"));
        if (header != null && !format.hasHeader()) {
            note(format.title() + " has no header: judge it with " + SubjectOptions.inWords(header));
        }
        return ExitCode.OK;
    }

    private HistoryFormat format() {
        if (to != null) {
            return to;
        }
        return out == null ? HistoryFormat.JSON_LINES : HistoryFormat.named(out).orElse(HistoryFormat.JSON_LINES);
    }

    /** Whatever was there stays until all is written: it may be what is read. */
    private static HistoryConversion.Converted written(
            HistoryInput input, Path out, HistoryFormat format, @Nullable HistoryHeader header) throws IOException {
        Path part = out.resolveSibling("part-" + out.getFileName());
        try {
            HistoryConversion.Converted converted;
            try (OutputStream stream = HistoryWriter.open(part)) {
                converted = HistoryConversion.convert(input, stream, format, header);
            }
            Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
            return converted;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void note(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(spec.qualifiedName() + ": " + text);
        err.flush();
    }
}
