package dev.danta.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something was measured: figures without it mean nothing.
 *
 * @param cores processors that this process may use
 * @param memoryBytes physical memory, or what the container allows
 * @param heapMaxBytes what this process may use for objects
 * @param os name and version of the operating system, and the architecture
 * @param jvm vendor, name and version
 * @param libraries versions of what the figures depend on, by name, as far as their files' names tell
 */
public record Machine(
        int cores, long memoryBytes, long heapMaxBytes, String os, String jvm, SortedMap<String, String> libraries) {
    private static final Pattern JAR = Pattern.compile("/(grpc-core|lmdbjava|protobuf-java)-(\\d[^/!]*)\\.jar");

    public Machine {
        libraries = Collections.unmodifiableSortedMap(new TreeMap<>(libraries));
    }

    /** This one. */
    public static Machine here() {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                memory(),
                Runtime.getRuntime().maxMemory(),
                property("os.name") + " " + property("os.version") + " " + property("os.arch"),
                property("java.vm.vendor") + " " + property("java.vm.name") + " " + property("java.vm.version"),
                librariesHere());
    }

    private static String property(String name) {
        return System.getProperty(name, "?");
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    private static SortedMap<String, String> librariesHere() {
        SortedMap<String, String> found = new TreeMap<>();
        try {
            // Every jar has a manifest, so this lists the class path whichever way it was given.
            Enumeration<URL> manifests = Machine.class.getClassLoader().getResources("META-INF/MANIFEST.MF");
            while (manifests.hasMoreElements()) {
                Matcher jar = JAR.matcher(manifests.nextElement().toString());
                if (jar.find()) {
                    found.put(jar.group(1), jar.group(2));
                }
            }
        } catch (IOException unreadable) {
            found.put("unreadable", String.valueOf(unreadable.getMessage()));
        }
        return found;
    }
}
