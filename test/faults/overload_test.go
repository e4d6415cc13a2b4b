package faults_test

func overload(s *server, network *proxy) {}
