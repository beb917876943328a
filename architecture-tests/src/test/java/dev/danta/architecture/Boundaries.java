package dev.danta.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.Stream;

/** Where foreign types must stop: at one package each, and before the public API. */
final class Boundaries {
    /** What a public signature of the SDK may name. The core and the wire are not in it, nor is any library. */
    private static final List<String> SPEAKABLE =
            List.of("java.lang..", "java.util..", "java.time..", "java.nio.file..", "org.jspecify.annotations..");

    private Boundaries() {}

    /** protobuf and gRPC, the generated classes among them, stop at the codecs. */
    static ArchRule protocolBuffersStayInWire() {
        return confined(
                "dev.danta.wire..", "com.google.protobuf..", "com.google.rpc..", "io.grpc..", Code.GENERATED + "..");
    }

    /** A misused LMDB kills the JVM: one package knows how to use it. */
    static ArchRule lmdbStaysInStorage() {
        return confined("dev.danta.node.storage..", "org.lmdbjava..");
    }

    /** What is agreed, and the port to it, are ours: who keeps it is one package's business. */
    static ArchRule ratisStaysInOnePackage() {
        return confined("dev.danta.config.raft..", "org.apache.ratis..");
    }

    private static ArchRule confined(String home, String... foreign) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(foreign);
    }

    /**
     * Public types of this package, but not of those below it, name only the JDK's everyday packages and themselves in
     * what an application can see: supertypes, type parameters, public and protected members, generics included.
     */
    static ArchRule publicApiSpeaksForItself(String api) {
        return classes()
                .that()
                .resideInAPackage(api)
                .should(new ArchCondition<>("name only the JDK and the API itself in public signatures") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (!isVisible(type)) {
                            return;
                        }
                        Stream<JavaType> ofType = Stream.of(
                                        type.getSuperclass().stream(),
                                        type.getInterfaces().stream(),
                                        type.getTypeParameters().stream())
                                .flatMap(types -> types);
                        report(api, type, type.getName(), ofType, events);
                        for (JavaMember member : type.getMembers()) {
                            if (isVisible(member)) {
                                report(api, type, member.getFullName(), signature(member), events);
                            }
                        }
                    }
                });
    }

    private static void report(
            String api, JavaClass type, String where, Stream<JavaType> named, ConditionEvents events) {
        named.flatMap(one -> one.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(raw -> !raw.isPrimitive()
                        && !raw.getPackageName().equals(api)
                        && !Packages.matchAny(SPEAKABLE, raw.getPackageName()))
                .distinct()
                .forEach(raw -> events.add(
                        SimpleConditionEvent.violated(type, where + " shows " + raw.getName() + " to users")));
    }

    private static Stream<JavaType> signature(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        return Stream.of(
                        Stream.of(code.getReturnType()),
                        code.getParameterTypes().stream(),
                        code.getTypeParameters().stream(),
                        code.getExceptionTypes().stream())
                .flatMap(types -> types);
    }

    private static boolean isVisible(JavaClass type) {
        return isOpen(type)
                && type.getEnclosingClass().map(Boundaries::isVisible).orElse(true);
    }

    private static boolean isOpen(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                || type.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static boolean isVisible(JavaMember member) {
        return !member.getModifiers().contains(JavaModifier.SYNTHETIC)
                && (member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED));
    }
}
