package dev.danta.wire.proto;

/** Stands for a class that protoc has written. */
public interface GeneratedFixture {}
