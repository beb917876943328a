package dev.danta.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the deterministic core may not touch: whatever could differ between two runs of the same inputs, or could wait.
 * The import table keeps libraries out; these bans are about the JDK.
 */
final class CoreLaws {
    private static final String USE_ORDERED = "its order differs from run to run: take a linked, sorted or enum one";
    private static final String NO_IO = "the core does no input or output: it is an effect";
    private static final String NO_THREADS = "the core is single-threaded by contract";
    private static final String NO_CLOCK = "time arrives with the input";
    private static final String NO_RANDOM = "chance is drawn by the driver: ask for it in the effect";
    private static final String NO_LOG = "the driver prints inputs and effects; the core does not log";

    /** Types that may not even be named. A pattern with {@code ..} is a package, any other one a class. */
    private static final List<TypeBan> TYPES = List.of(
            new TypeBan(NO_IO, "java.io..", "java.net..", "java.nio.file..", "java.nio.channels.."),
            new TypeBan(
                    NO_THREADS,
                    "java.util.concurrent..",
                    "java.lang.Thread",
                    "java.lang.ThreadGroup",
                    "java.lang.ThreadLocal",
                    "java.lang.InheritableThreadLocal",
                    "java.lang.Runtime",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.util.Timer",
                    "java.util.TimerTask"),
            new TypeBan(NO_LOG, "java.util.logging..", "java.lang.System$Logger", "java.lang.System$LoggerFinder"),
            new TypeBan(NO_CLOCK, "java.time.Clock", "java.time.InstantSource", "java.util.Date", "java.util.Calendar"),
            new TypeBan(
                    NO_RANDOM,
                    "java.util.random..",
                    "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.security.SecureRandom"),
            new TypeBan(
                    USE_ORDERED,
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.Hashtable",
                    "java.util.IdentityHashMap",
                    "java.util.WeakHashMap"));

    /** Members that may not be used, called or referred to, of types that otherwise may. */
    private static final List<MemberBan> MEMBERS = List.of(
            // Of System there is one harmless member. This holds its clocks, streams, settings and identity hashes.
            new MemberBan(
                    NO_IO + "; of System only arraycopy",
                    "java.lang.System",
                    access -> !access.getName().equals("arraycopy")),
            new MemberBan(NO_CLOCK, "java.time..", named("now")),
            new MemberBan(NO_RANDOM, "java.lang.Math", named("random")),
            new MemberBan(NO_RANDOM, "java.lang.StrictMath", named("random")),
            new MemberBan(NO_RANDOM, "java.util.UUID", named("randomUUID")),
            new MemberBan(NO_RANDOM, "java.util.Collections", named("shuffle")),
            new MemberBan(USE_ORDERED, "java.util.Set", named("of", "copyOf")),
            new MemberBan(USE_ORDERED, "java.util.Map", named("of", "ofEntries", "copyOf")),
            new MemberBan(
                    USE_ORDERED,
                    "java.util.stream.Collectors",
                    named("toSet", "toUnmodifiableSet", "toUnmodifiableMap")),
            // With a factory for the map they are welcome; without one they make a HashMap.
            new MemberBan(
                    USE_ORDERED, "java.util.stream.Collectors", named("toMap").and(fewerParametersThan(4))),
            new MemberBan(
                    USE_ORDERED,
                    "java.util.stream.Collectors",
                    named("groupingBy").and(fewerParametersThan(3))),
            new MemberBan(NO_THREADS, "java.lang.Object", named("wait", "notify", "notifyAll")),
            new MemberBan(NO_THREADS, "java.util.Collection", named("parallelStream")),
            new MemberBan(NO_THREADS, "java.util.stream..", named("parallel")));

    private CoreLaws() {}

    /** The bans as one rule on the packages that match; its message says for each finding what to do instead. */
    static ArchRule bans(String... packages) {
        return classes().that().resideInAnyPackage(packages).should(new ArchCondition<>("obey the laws of the core") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    for (TypeBan ban : TYPES) {
                        if (ban.names(dependency.getTargetClass().getBaseComponentType())) {
                            events.add(SimpleConditionEvent.violated(
                                    dependency, dependency.getDescription() + ": " + ban.reason()));
                        }
                    }
                }
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    for (MemberBan ban : MEMBERS) {
                        if (ban.covers(access)) {
                            events.add(SimpleConditionEvent.violated(
                                    access, access.getDescription() + ": " + ban.reason()));
                        }
                    }
                }
            }
        });
    }

    private static Predicate<JavaAccess<?>> named(String... names) {
        Collection<String> all = List.of(names);
        return access -> all.contains(access.getName());
    }

    private static Predicate<JavaAccess<?>> fewerParametersThan(int parameters) {
        return access -> access.getTarget() instanceof CodeUnitAccessTarget called
                && called.getRawParameterTypes().size() < parameters;
    }

    private static boolean matches(String pattern, JavaClass type) {
        return pattern.endsWith("..")
                ? Packages.match(pattern, type.getPackageName())
                : type.getName().equals(pattern);
    }

    private record TypeBan(String reason, List<String> patterns) {
        private TypeBan(String reason, String... patterns) {
            this(reason, List.of(patterns));
        }

        private boolean names(JavaClass type) {
            return patterns.stream().anyMatch(pattern -> matches(pattern, type));
        }
    }

    private record MemberBan(String reason, String owner, Predicate<JavaAccess<?>> member) {
        private boolean covers(JavaAccess<?> access) {
            return ownedBy(access.getTargetOwner()) && member.test(access);
        }

        // List.parallelStream() is Collection's, and IntStream.parallel() is one of several.
        private boolean ownedBy(JavaClass target) {
            return matches(owner, target)
                    || target.getAllRawInterfaces().stream().anyMatch(type -> matches(owner, type));
        }
    }
}
