package dev.danta.occ;

/** The committed versions of a replica, as its machine reads them: with every change applied so far. */
public interface VersionedStore {
    /** The newest version of {@code key}, a deletion included; {@link Version#NEVER_THERE} if there is none. */
    Version newest(Key key);
}
