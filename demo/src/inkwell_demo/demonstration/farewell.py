"""How to go on: commands to copy. They read secrets where those are kept; none is shown."""

from urllib.parse import urlsplit

from inkwell_api import names
from inkwell_demo.demonstration.demonstration import INVOICES, Demonstration


def tell(demo: Demonstration) -> None:
    """Show how to look around, get a token, upload, and clean up."""
    machine = demo.client(INVOICES).machine
    token_url = urlsplit(machine.token_url).geturl()
    namespace = names.namespace(INVOICES.tenant)
    secret = names.machine_secret(INVOICES.pipeline)
    documents = f"{machine.gateway_url}/v1/pipelines/{INVOICES.pipeline}/documents"
    demo.screen.say("[bold]Look around[/]")
    demo.screen.commands(
        'eval "$(local/bootstrap.sh env)"    # KUBECONFIG, DOCKER_HOST, PATH\n'
        "kubectl get inkwell -A\n"
        f"kubectl explain documentpipeline.spec.extraction\n"
        f"kubectl get pods -n {namespace}"
    )
    demo.screen.say("\n[bold]A token, and a document of your own[/]")
    demo.screen.commands(
        f'key() {{ kubectl get secret {secret} -n {namespace} -o "jsonpath={{.data.$1}}"'
        " | base64 -d; }\n"
        f"kubectl get configmap {names.CERTIFICATE_AUTHORITY_CONFIG} -n {namespace}"
        " -o 'jsonpath={.data.ca\\.crt}' > /tmp/inkwell-ca.crt\n"
        "token=$(curl -sS --cacert /tmp/inkwell-ca.crt \\\n"
        '  -u "$(key clientId):$(key clientSecret)" \\\n'
        f"  -d grant_type=client_credentials {token_url} \\\n"
        "  | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])')\n"
        'curl -sS -H "Authorization: Bearer $token" -H "Content-Type: application/pdf" \\\n'
        f"  --data-binary @invoice.pdf {documents}\n"
        f'curl -sS -H "Authorization: Bearer $token" {documents}'
    )
    demo.screen.say("\n[bold]A whole folder, and the end[/]")
    demo.screen.commands("make demo DOCS=~/my-invoices\nmake down")
    demo.screen.say(f"\n[dim]The API describes itself at {machine.gateway_url}/openapi.json[/]")
