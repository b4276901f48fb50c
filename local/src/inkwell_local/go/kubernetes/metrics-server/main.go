// Metrics-server for the Kubernetes of this module, so that both are built from the same packages.
//
// Its own command is written for an older API server library and would compile a second one. This
// one takes those of its flags that a node with a self-signed kubelet needs.
package main

import (
	"context"
	"net"
	"os"
	"time"

	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	"sigs.k8s.io/metrics-server/pkg/api"
	definitions "sigs.k8s.io/metrics-server/pkg/api/generated/openapi"
	"sigs.k8s.io/metrics-server/pkg/scraper/client"
	"sigs.k8s.io/metrics-server/pkg/server"
)

type settings struct {
	serving        *options.SecureServingOptionsWithLoopback
	authentication *options.DelegatingAuthenticationOptions
	authorization  *options.DelegatingAuthorizationOptions
	resolution     time.Duration
	timeout        time.Duration
	addressTypes   []string
	nodeStatusPort bool
	insecure       bool
}

func main() {
	if err := run(genericapiserver.SetupSignalContext(), os.Args[1:]); err != nil {
		klog.ErrorS(err, "metrics-server ended")
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	chosen, err := parse(arguments)
	if err != nil {
		return err
	}
	apiserver, err := chosen.apiserver()
	if err != nil {
		return err
	}
	access, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	config := server.Config{
		Apiserver:        apiserver,
		Rest:             access,
		Kubelet:          chosen.kubelet(access),
		MetricResolution: chosen.resolution,
		ScrapeTimeout:    chosen.timeout,
	}
	complete, err := config.Complete()
	if err != nil {
		return err
	}
	return complete.RunUntil(ctx.Done())
}

func parse(arguments []string) (*settings, error) {
	chosen := &settings{
		serving:        options.NewSecureServingOptions().WithLoopback(),
		authentication: options.NewDelegatingAuthenticationOptions(),
		authorization:  options.NewDelegatingAuthorizationOptions(),
	}
	flags := pflag.NewFlagSet("metrics-server", pflag.ContinueOnError)
	chosen.serving.AddFlags(flags)
	chosen.authentication.AddFlags(flags)
	chosen.authorization.AddFlags(flags)
	flags.DurationVar(&chosen.resolution, "metric-resolution", time.Minute, "time between two measurements")
	flags.DurationVar(&chosen.timeout, "kubelet-request-timeout", 10*time.Second, "time for one kubelet")
	flags.StringSliceVar(&chosen.addressTypes, "kubelet-preferred-address-types",
		[]string{string(corev1.NodeInternalIP)}, "which of a node's addresses to use, best first")
	flags.BoolVar(&chosen.nodeStatusPort, "kubelet-use-node-status-port", false, "use the port that the node tells")
	flags.BoolVar(&chosen.insecure, "kubelet-insecure-tls", false, "do not verify kubelets' certificates")
	return chosen, flags.Parse(arguments)
}

func (s *settings) apiserver() (*genericapiserver.Config, error) {
	loopback := []net.IP{net.IPv4(127, 0, 0, 1)}
	if err := s.serving.MaybeDefaultWithSelfSignedCerts("localhost", nil, loopback); err != nil {
		return nil, err
	}
	config := genericapiserver.NewConfig(api.Codecs)
	if err := s.serving.ApplyTo(&config.SecureServing, &config.LoopbackClientConfig); err != nil {
		return nil, err
	}
	if err := s.authentication.ApplyTo(&config.Authentication, config.SecureServing, nil); err != nil {
		return nil, err
	}
	if err := s.authorization.ApplyTo(&config.Authorization); err != nil {
		return nil, err
	}
	namer := openapi.NewDefinitionNamer(api.Scheme)
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	config.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(definitions.GetOpenAPIDefinitions, namer)
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(definitions.GetOpenAPIDefinitions, namer)
	config.OpenAPIConfig.Info.Title = "metrics-server"
	config.OpenAPIV3Config.Info.Title = "metrics-server"
	return config, nil
}

func (s *settings) kubelet(access *rest.Config) *client.KubeletClientConfig {
	config := &client.KubeletClientConfig{
		Client:            *rest.CopyConfig(access),
		Scheme:            "https",
		DefaultPort:       10250,
		UseNodeStatusPort: s.nodeStatusPort,
	}
	for _, kind := range s.addressTypes {
		config.AddressTypePriority = append(config.AddressTypePriority, corev1.NodeAddressType(kind))
	}
	if s.insecure {
		config.Client.TLSClientConfig = rest.TLSClientConfig{Insecure: true}
	}
	return config
}
