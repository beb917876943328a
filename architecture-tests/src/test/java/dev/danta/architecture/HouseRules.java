package dev.danta.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** How packages, static fields and public types look. */
final class HouseRules {
    /**
     * Types whose values do not change, or are safe for everyone to share. Of the collections only the interfaces are
     * here, which says nothing about what stands behind them: fill them with {@code List.of} and its like.
     */
    private static final Set<String> IMMUTABLE = Set.of(
            "com.fasterxml.jackson.databind.ObjectReader",
            "com.fasterxml.jackson.databind.ObjectWriter",
            "com.google.protobuf.ByteString",
            "io.grpc.Context$Key",
            "io.grpc.Metadata$Key",
            "io.grpc.MethodDescriptor",
            "io.grpc.Status",
            "java.lang.String",
            "java.lang.Class",
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.Character",
            "java.lang.Short",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
            "java.lang.invoke.MethodHandle",
            "java.lang.invoke.VarHandle",
            "java.math.BigDecimal",
            "java.math.BigInteger",
            "java.nio.charset.Charset",
            "java.nio.file.Path",
            "java.util.Collection",
            "java.util.Comparator",
            "java.util.List",
            "java.util.Locale",
            "java.util.Map",
            "java.util.NavigableMap",
            "java.util.NavigableSet",
            "java.util.Optional",
            "java.util.OptionalInt",
            "java.util.OptionalLong",
            "java.util.Set",
            "java.util.SortedMap",
            "java.util.SortedSet",
            "java.util.UUID",
            "java.util.regex.Pattern",
            "org.slf4j.Logger");

    /** The same, by package: values of time, and functions. */
    private static final List<String> IMMUTABLE_PACKAGES = List.of("java.time..", "java.util.function..");

    /** Types of ours that do not change although what they are made of could, each with its reason. */
    private static final Map<String, String> IMMUTABLE_BY_CARE =
            Map.of("dev.danta.ir.id.Bytes", "copies its array on the way in and on the way out");

    /**
     * Static fields that may hold something mutable, by full name, each with its reason. The generated code has its
     * descriptors and parsers and is left out altogether.
     */
    private static final Map<String, String> SHARED_ON_PURPOSE = Map.of(
            "dev.danta.check.assertion.FailureFolder.FAILURES",
            "two failed assertions of one process must not write into one folder",
            "dev.danta.wire.transport.GrpcLog.FILTER",
            "counts the lines of gRPC's loggers, of which a process has one set whatever its servers");

    /** Packages whose public types are for others than ourselves, so that nobody here need use them. */
    private static final Map<String, String> FOR_OTHERS = Map.of(
            "dev.danta.client",
            "the SDK's public API: applications use it",
            "dev.danta.testkit",
            "applications use it in their tests",
            "dev.danta.testkit.junit",
            "the same: with JUnit",
            "dev.danta.testkit.fault",
            "the same: to break real clusters",
            "dev.danta.check",
            "the checker's public API: it judges histories of other systems too",
            "dev.danta.check.assertion",
            "the same: for tests",
            "dev.danta.check.history",
            "the same: formats and recording",
            "dev.danta.check.model",
            "the same: what histories are judged by",
            Code.GENERATED,
            "protoc makes every message public");

    /** Single public types that only something outside the code uses. */
    private static final Map<String, String> FOR_NOBODY_HERE = Map.of(
            "dev.danta.cli.Main", "the manifest names it: the JVM uses it",
            "dev.danta.config.MemoryClusterConfig", "the configuration of nodes in tests",
            "dev.danta.ir.epoch.Merge", "what a rule of EpochRules is given and gives: who replaces the rule needs it",
            "dev.danta.wire.transport.LinkStatus", "a client's answer to how its connections stand");

    private static final List<String> EMPTY_WORDS = List.of("Manager", "Helper", "Helpers", "Util", "Utils", "Impl");

    private HouseRules() {}

    /** Everything that an allowance names: packages, classes, and fields with their class. */
    static Stream<String> allowances() {
        return Stream.of(IMMUTABLE_BY_CARE, SHARED_ON_PURPOSE, FOR_OTHERS, FOR_NOBODY_HERE)
                .flatMap(allowed -> allowed.keySet().stream());
    }

    /** No package depends on itself by way of others; a package and its subpackages count as different ones. */
    static ArchRule noPackageCycles(String root) {
        return slices().matching(root + ".(**)").should().beFreeOfCycles();
    }

    /** Without the mark NullAway looks away. Generated code is not ours to mark. */
    static ArchRule everyPackageIsNullMarked() {
        return classes()
                .that(resideOutsideOfPackage(Code.GENERATED))
                .should(new ArchCondition<>("live in a package with @NullMarked in its package-info") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                            events.add(SimpleConditionEvent.violated(
                                    type,
                                    type.getName() + " lives in " + type.getPackageName()
                                            + ", which has no package-info.java with @NullMarked"));
                        }
                    }
                });
    }

    /**
     * A static field is final and of a type that does not change: primitive, enum, one of {@link #IMMUTABLE}, or a class
     * or record of ours all of whose instance fields are final and, in turn, of such types. An array never is.
     */
    static ArchRule noMutableStatics() {
        return classes()
                .that(resideOutsideOfPackage(Code.GENERATED))
                .should(
                        new ArchCondition<>(
                                "have only static fields that are final and of a type that does not change") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                type.getFields().stream()
                                        // Synthetic ones are the compiler's own: an enum's values, the state of an
                                        // assert.
                                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                                                && !field.getModifiers().contains(JavaModifier.SYNTHETIC)
                                                && !SHARED_ON_PURPOSE.containsKey(field.getFullName()))
                                        .forEach(field -> judge(field, events));
                            }
                        });
    }

    private static void judge(JavaField field, ConditionEvents events) {
        if (!isFinal(field)) {
            events.add(SimpleConditionEvent.violated(field, field.getFullName() + " is not final"));
        } else if (!isImmutable(field.getRawType(), new HashSet<>())) {
            events.add(SimpleConditionEvent.violated(
                    field,
                    field.getFullName() + " is of the mutable type "
                            + field.getRawType().getName()));
        }
    }

    private static boolean isImmutable(JavaClass type, Set<JavaClass> underway) {
        if (type.isPrimitive()
                || type.isEnum()
                || IMMUTABLE.contains(type.getName())
                || IMMUTABLE_BY_CARE.containsKey(type.getName())
                // A protobuf message; its builder is none.
                || type.isAssignableTo("com.google.protobuf.MessageLite")
                || Packages.matchAny(IMMUTABLE_PACKAGES, type.getPackageName())) {
            return true;
        }
        // A type met again on the way down has been answered for above.
        return !type.isArray()
                && Packages.match(Code.ROOT + "..", type.getPackageName())
                && (!underway.add(type)
                        || type.getAllFields().stream()
                                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                                .allMatch(field -> isFinal(field) && isImmutable(field.getRawType(), underway)));
    }

    private static boolean isFinal(JavaField field) {
        return field.getModifiers().contains(JavaModifier.FINAL);
    }

    /**
     * A public top-level type is used, or one of its nested types is, by another package's main code: named there, or
     * taken or given by a method that is called there.
     */
    static ArchRule publicMeansUsedElsewhere() {
        return classes().should(new ArchCondition<>("be used from another package when public") {
            private final Set<JavaClass> used = new HashSet<>();

            @Override
            public void init(Collection<JavaClass> all) {
                for (JavaClass user : all) {
                    typesOf(user)
                            .map(JavaClass::getBaseComponentType)
                            .filter(type -> !type.getPackageName().equals(user.getPackageName()))
                            .map(HouseRules::topLevel)
                            .forEach(used::add);
                }
            }

            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.isTopLevelClass()
                        && type.getModifiers().contains(JavaModifier.PUBLIC)
                        && !FOR_OTHERS.containsKey(type.getPackageName())
                        && !FOR_NOBODY_HERE.containsKey(type.getName())
                        && !used.contains(type)) {
                    events.add(SimpleConditionEvent.violated(
                            type, type.getName() + " is public, but no other package uses it"));
                }
            }
        });
    }

    private static Stream<JavaClass> typesOf(JavaClass user) {
        return Stream.concat(
                user.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass),
                user.getAccessesFromSelf().stream()
                        .map(JavaAccess::getTarget)
                        .flatMap(target -> target instanceof CodeUnitAccessTarget called
                                ? Stream.concat(
                                        Stream.of(called.getRawReturnType()), called.getRawParameterTypes().stream())
                                : Stream.empty()));
    }

    private static JavaClass topLevel(JavaClass type) {
        return type.getEnclosingClass().map(HouseRules::topLevel).orElse(type);
    }

    /** A name says what a thing is; these words say nothing. */
    static ArchRule namesSaySomething() {
        return classes()
                .that(resideOutsideOfPackage(Code.GENERATED))
                .should(new ArchCondition<>("not end in one of " + EMPTY_WORDS) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (EMPTY_WORDS.stream().anyMatch(type.getSimpleName()::endsWith)) {
                            events.add(SimpleConditionEvent.violated(
                                    type, type.getName() + " ends in a word that says nothing"));
                        }
                    }
                });
    }
}
