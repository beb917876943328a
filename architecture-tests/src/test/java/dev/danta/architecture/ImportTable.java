package dev.danta.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who may import whom. What a row does not list is forbidden, so a new module is a new row, and a new library is a new
 * word in its module's row.
 */
final class ImportTable {
    /** The JDK, as far as the shells go; what the core may not touch of it is in {@link CoreLaws}. */
    private static final List<String> JDK =
            List.of("java..", "javax..", "jdk..", "com.sun.management..", "com.sun.net.httpserver..");

    private static final List<String> EVERYWHERE = List.of("org.jspecify.annotations..");

    private static final List<String> CORE =
            List.of("dev.danta.ir..", "dev.danta.occ..", "dev.danta.relaxed..", "dev.danta.txn..");
    private static final String CHECKER = "dev.danta.check..";
    private static final String WIRE = "dev.danta.wire..";
    private static final String CONFIG = "dev.danta.config..";
    private static final String CLIENT = "dev.danta.client..";
    private static final String NODE = "dev.danta.node..";
    private static final String GATEWAY = "dev.danta.gateway..";

    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String SLF4J = "org.slf4j..";

    static final List<Row> ROWS = List.of(
            // The core: of each other only what is listed, of libraries none.
            row("ir-protocol", "dev.danta.ir"),
            row("occ-validator", "dev.danta.occ").mayImport("dev.danta.ir.id.."),
            row("relaxed-types", "dev.danta.relaxed").mayImport("dev.danta.ir.id.."),
            row("txn-coordinator", "dev.danta.txn")
                    .mayImport("dev.danta.ir..", "dev.danta.occ..", "dev.danta.relaxed.."),
            // Judges what the rest did, and so shares nothing with it.
            row("linearizability-checker", "dev.danta.check").mayImport(JACKSON, "us.bpsm.edn.."),
            // guava: the future stubs that the gRPC plugin writes name ListenableFuture.
            row("wire", "dev.danta.wire")
                    .mayImport(CORE)
                    .mayImport("com.google.protobuf..", "io.grpc..", "com.google.common.util.concurrent..")
                    // gRPC's status with details.
                    .mayImport("com.google.rpc.."),
            // Jackson and Micrometer are optional: one class each names them.
            row("client-sdk", "dev.danta.client")
                    .mayImport(CORE)
                    .mayImport(WIRE, SLF4J)
                    .mayImport("com.github.benmanes.caffeine.cache..")
                    .mayImport(JACKSON, "io.micrometer.core.instrument.."),
            // The configuration never asks the rest: of the core it takes what a shard's members are, and how they
            // change.
            row("cluster-config", "dev.danta.config").mayImport("dev.danta.ir..", "org.apache.ratis..", SLF4J),
            row("node", "dev.danta.node").mayImport(CORE).mayImport(WIRE, CONFIG, "org.lmdbjava..", JACKSON, SLF4J),
            // Callers are served by a client: the node itself knows none.
            row("gateway", "dev.danta.gateway").mayImport(CORE).mayImport(WIRE, CLIENT, SLF4J),
            row("testkit", "dev.danta.testkit")
                    .mayImport(CLIENT, NODE, GATEWAY, WIRE, CHECKER, "org.junit.jupiter.api..", SLF4J),
            row("scenario", "dev.danta.scenario").mayImport(CORE).mayImport(CHECKER),
            row("simulation", "dev.danta.sim").mayImport(CORE).mayImport(CHECKER, "dev.danta.scenario.."),
            row("bench", "dev.danta.bench")
                    .mayImport(CLIENT, NODE, CHECKER, "dev.danta.scenario..")
                    .mayImport("org.HdrHistogram..", "org.openjdk.jmh..", JACKSON, SLF4J),
            row("cli", "dev.danta.cli")
                    .mayImport(CORE)
                    .mayImport(CHECKER, WIRE, CLIENT, CONFIG, NODE, GATEWAY)
                    // What a recovery goes on with is shown as it is.
                    .mayImport("dev.danta.config.state..")
                    .mayImport("dev.danta.testkit..", "dev.danta.sim..", "dev.danta.bench..", "dev.danta.scenario..")
                    .mayImport("picocli..", "ch.qos.logback..", JACKSON, SLF4J));

    private ImportTable() {}

    /** The packages of the deterministic core, as ArchUnit patterns. */
    static String[] core() {
        return CORE.toArray(String[]::new);
    }

    /** A row that may import the JDK and itself. */
    static Row row(String module, String root) {
        return new Row(module, root, List.of());
    }

    /** The row that a package belongs to, if it belongs to one. */
    static Optional<Row> rowOf(String packageName) {
        return ROWS.stream().filter(row -> row.contains(packageName)).findFirst();
    }

    /** The row as a rule. */
    static ArchRule rule(Row row) {
        return classes()
                .that()
                .resideInAPackage(row.root() + "..")
                .should()
                .onlyDependOnClassesThat(new DescribedPredicate<>("the row of " + row.module() + " lists") {
                    @Override
                    public boolean test(JavaClass imported) {
                        JavaClass type = imported.getBaseComponentType();
                        return type.isPrimitive() || row.lists(type.getPackageName());
                    }
                });
    }

    /**
     * One module's line.
     *
     * @param module its folder and artifact
     * @param root the package under which all its code lives
     * @param imports what it may import beside the JDK and itself, as ArchUnit patterns
     */
    record Row(String module, String root, List<String> imports) {
        Row {
            imports = List.copyOf(imports);
        }

        Row mayImport(String... more) {
            return mayImport(List.of(more));
        }

        Row mayImport(List<String> more) {
            List<String> all = new ArrayList<>(imports);
            all.addAll(more);
            return new Row(module, root, all);
        }

        boolean contains(String packageName) {
            return packageName.equals(root) || packageName.startsWith(root + ".");
        }

        boolean lists(String packageName) {
            return contains(packageName)
                    || Packages.matchAny(JDK, packageName)
                    || Packages.matchAny(EVERYWHERE, packageName)
                    || Packages.matchAny(imports, packageName);
        }

        @Override
        public String toString() {
            return module;
        }
    }
}
