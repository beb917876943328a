package dev.danta.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** The command as a test runs it. */
record Danta(int exitCode, String out, String err) {
    static Danta run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine danta = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = danta.execute(arguments);
        return new Danta(exitCode, out.toString(), err.toString());
    }
}
